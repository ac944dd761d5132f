"""A stock Connexion FlaskApp with Chase's document and `validate_responses`, over the stored rows."""

from collections.abc import Callable
from typing import Any

import orjson
from connexion import FlaskApp
from connexion.resolver import Resolver

from benchmarks.peers import prism
from benchmarks.peers.rows import Rows, dataset

data = dataset()
rows = Rows(data)


def transactions(accountId: str, **query: Any) -> dict[str, Any]:  # noqa: N803 (the document's name for it)
    found, total, following = rows.page(
        accountId, query["startTime"], query["endTime"], int(query.get("offset", 0)), query["limit"]
    )
    page: dict[str, Any] = {"totalElements": total}
    if following is not None:
        page["nextOffset"] = str(following)
    return {"transactions": [orjson.loads(row) for row in found], "page": page}


def token_info(token: str) -> dict[str, Any] | None:
    return {"sub": "bench", "scope": "aggregator"} if token == data.token else None


def not_measured(**_: Any) -> tuple[dict[str, Any], int]:
    return {}, 501


def handler(operation_id: str) -> Callable[..., Any]:
    return transactions if operation_id == prism.OPERATION else not_measured


def document() -> dict[str, Any]:
    read = prism.read(prism.chase())
    read["components"]["securitySchemes"]["bankOAuth"]["x-tokenInfoFunc"] = f"{__name__}.token_info"
    return read


app = FlaskApp(__name__)
app.add_api(document(), resolver=Resolver(handler), validate_responses=True)
