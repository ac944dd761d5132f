"""The order in which a request meets the layers, as one list: the first is the outermost."""

from collections.abc import Callable, Sequence

from sandbox.http.message import Request, Response

Respond = Callable[[Request], Response]
Layer = Callable[[Respond], Respond]


def build(layers: Sequence[Layer], innermost: Respond) -> Respond:
    respond = innermost
    for layer in reversed(layers):
        respond = layer(respond)
    return respond
