import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given
from hypothesis import strategies as st

from graph.importing.cells import listed
from graph.importing.letters import (
    BEYOND_ASCII,
    changed,
    crowded,
    having,
    made_of,
    once,
    these,
    words,
)

cells = st.lists(st.text(alphabet="aZ9 -(é日\t", max_size=6), max_size=12)


def column(texts: list[str]) -> pa.StringArray:
    return pa.array(["before", *texts], pa.string())[1:]


@given(cells)
def test_cells_are_found_by_their_signs(texts: list[str]) -> None:
    found = column(texts)

    assert having(found, these("(-")).tolist() == ["(" in text or "-" in text for text in texts]
    assert having(found, BEYOND_ASCII).tolist() == [not text.isascii() for text in texts]


@given(cells)
def test_crowded_is_what_single_spaces_between_words_would_change(texts: list[str]) -> None:
    spaced = [" ".join(part for part in text.split(" ") if part) for text in texts]

    changes = [text != plain for text, plain in zip(texts, spaced, strict=True)]

    assert crowded(column(texts)).tolist() == changes


@given(cells)
def test_words_are_those_between_other_signs(texts: list[str]) -> None:
    plain = ["".join(s if s.isascii() and s.isalnum() else " " for s in text) for text in texts]

    assert words(column(texts)).to_pylist() == [" ".join(text.lower().split()) for text in plain]


def test_only_the_cells_meant_are_changed() -> None:
    texts = pa.array(["a(b", "ab", "(a"])

    assert changed(texts, having(texts, these("(")), pc.utf8_upper).to_pylist() == [
        "A(B",
        "ab",
        "(A",
    ]


@given(cells)
def test_a_cell_is_made_of_some_signs_alone(texts: list[str]) -> None:
    found = made_of(column(texts), these("aZ9"), 1, 3)

    assert found.tolist() == [1 <= len(text) <= 3 and set(text) <= set("aZ9") for text in texts]


@given(cells)
def test_each_different_cell_is_changed_once(texts: list[str]) -> None:
    seen: list[str] = []

    def change(cells: pa.StringArray) -> pa.StringArray:
        seen.extend(cells.to_pylist())
        return pc.utf8_upper(cells)

    found = once(column(texts), change)

    assert found.to_pylist() == pc.utf8_upper(column(texts)).to_pylist()
    assert seen == list(dict.fromkeys(texts))


@given(st.lists(st.text(alphabet='aé &()[{-"', max_size=6), max_size=12))
def test_a_list_of_one_name_is_that_name(names: list[str]) -> None:
    lists = column([f"['{name}']" for name in names])

    assert listed(lists).to_pylist() == [name.strip() for name in names]
