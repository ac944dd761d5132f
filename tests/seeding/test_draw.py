"""The seeded door: the same name, the same choices."""

from itertools import islice
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sandbox.seeding.draw import Draw, stream


def test_a_path_always_gives_the_same_numbers() -> None:
    """Pinned, because every seeded world rests on them."""
    draw = Draw(7, "maya", "groceries", "2026-11")
    assert [draw.between(1, 1000) for _ in range(12)] == [327, 38, 586, 527, 556, 475, 899, 809, 465, 44, 354, 886]


def test_a_stream_goes_on_beyond_its_first_eight_numbers() -> None:
    numbers = list(islice(stream("any"), 2000))
    assert len(set(numbers)) == 2000
    assert all(0 <= number < 1 for number in numbers)
    assert 0.45 < sum(numbers) / 2000 < 0.55


def test_paths_are_told_apart() -> None:
    paths: list[tuple[Any, ...]] = [(7, "maya"), (7, "may", "a"), (8, "maya"), (7, "maya", 1), (71, "maya")]
    assert len({Draw(*path).random() for path in paths}) == len(paths)


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from([(), (99,), (0, 50)]))
def test_prices_keep_to_their_range(low: int, step: int, more: int, endings: tuple[int, ...]) -> None:
    draw = Draw(1, low, step, more)
    for _ in range(20):
        price = draw.price(low, low + step, low + step + more, endings)
        assert price >= 1
        assert low - 100 < price <= low + step + more + 100


def test_prices_end_as_their_seller_likes() -> None:
    draw = Draw(1, "endings")
    assert {draw.price(500, 2000, 9000, (99,)) % 100 for _ in range(200)} == {99}


@given(st.floats(0, 40))
def test_counts_are_the_floor_or_the_ceiling(expected: float) -> None:
    assert int(expected) <= Draw(1, expected).times(expected) <= int(expected) + 1
