"""How an error sounds at a bank: a fact table from our errors to the bank's statuses, codes and messages."""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.kernel.errors import SandbankError


@dataclass(frozen=True, slots=True)
class Face:
    status: int
    code: str
    message: str = ""
    """Empty: the error's own detail."""


Faces = Mapping[type[SandbankError], Face]


def face_of(faces: Faces, error: SandbankError) -> Face:
    """The face of the nearest ancestor that has one."""
    for kind in type(error).__mro__:
        face = faces.get(kind)
        if face is not None:
            return face
    raise KeyError(f"the bank's table has no face for {error.name}, nor for SandbankError")
