"""What a bank's code says when something goes wrong is what its document says it says."""

import pytest

from sandbox.contract import documents
from sandbox.dialect.bank import discover
from sandbox.dialect.faces import face_of
from sandbox.kernel import errors

BANKS = discover()


@pytest.mark.parametrize("slug", BANKS)
def test_the_faces_of_errors_are_those_of_the_documents_table(slug: str) -> None:
    table = documents.load(slug).raw["components"]["x-error-table"]

    faces = {name: face_of(BANKS[slug].faces, made(name)) for name in table if hasattr(errors, name)}

    said = {name: (face.status, face.code, face.message) for name, face in faces.items()}
    assert said == {name: (table[name]["status"], str(table[name]["code"]), table[name]["message"]) for name in faces}


def made(name: str) -> errors.SandbankError:
    """An error of that name, as far as its face goes."""
    kind: type[errors.SandbankError] = getattr(errors, name)
    return kind.__new__(kind)
