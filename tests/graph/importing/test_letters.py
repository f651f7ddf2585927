import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given
from hypothesis import strategies as st

from graph.importing.letters import BEYOND_ASCII, changed, crowded, having, these, words

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
