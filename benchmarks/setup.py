"""What the measures share: where they work, how long, and the household's data, made when it is first asked for."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks import data, household, subjects
from benchmarks.data import Dataset, Page
from benchmarks.peers import prism
from benchmarks.subjects import Subject

HOUSEHOLD = {"main": 20_000, "savings": 200, "holiday": 100, "rent": 100, "empty": 0}
"""Rows of each account; the pages are those of the first."""


@dataclass(frozen=True)
class Setup:
    work: Path
    rounds: int
    seconds: float
    """How long each subject is under load in each round."""
    quick: bool

    @cached_property
    def dataset(self) -> Dataset:
        print("Making an account of 20,000 rows …", flush=True)
        dataset = household.build(self.work / "household.db", HOUSEHOLD)
        dataset.save(self.described)
        return dataset

    @property
    def described(self) -> Path:
        return self.work / "household.json"

    @cached_property
    def pages(self) -> list[Page]:
        first = f"/chase{data.ACCOUNTS}"
        with subjects.running(subjects.sandbank(self.dataset, [first]), self.dataset.token, self.work) as server:
            pages = data.walk(server.port, self.dataset, "main", windows=32, deep=30)
        assert len({page.path() for page in pages}) >= 500, f"{len(pages)} pages are too few"
        return pages

    @property
    def sandbank_paths(self) -> list[str]:
        return [page.path(prefix="/chase") for page in self.pages]

    def sandbank(self) -> Subject:
        return subjects.sandbank(self.dataset, self.sandbank_paths)

    def unchecked(self) -> Subject:
        return subjects.unchecked(self.dataset, self.sandbank_paths)

    def forgetful(self) -> Subject:
        return subjects.forgetful(self.dataset, self.sandbank_paths)

    def starlette(self) -> Subject:
        return subjects.starlette(self.described, [page.path(numbered=True) for page in self.pages])

    def connexion(self) -> Subject:
        return subjects.connexion(self.described, [page.path(prefix="/chase", numbered=True) for page in self.pages])

    def prism(self) -> Subject:
        """Raises CannotMeasure."""
        return subjects.prism_static(self.prism_document, [page.path() for page in self.pages])

    @cached_property
    def prism_document(self) -> Path:
        """The page that Prism gives as its example is one of Sandbank's own."""
        with subjects.running(self.sandbank(), self.dataset.token, self.work) as server:
            page = data.get(server.port, self.sandbank_paths[0], self.dataset.token)
        return prism.document_with(page, self.work / "prism.json")
