"""Which rows are the same song: shortened titles, ids, and the row that represents a song."""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.importing.duplicates import (
    EDITION,
    GUESTS,
    is_local_id,
    plain_titles,
    spotify_ids,
    winners,
)
from graph.tracks import SPOTIFY_ID

ID = "4iV5W9uYEdYUVa79Axb7Rh"
PIECES = st.sampled_from(
    [
        *["Song", " ", " - ", "(", ")", "[", "]", "LIVE", "live at home", "2011 Re-Master", "é"],
        *["\u017fingle mix", "mono version", "Deluxe Edition", "feat. Ann", "ft", "left", "\n"],
    ]
)
IDS = st.one_of(
    st.sampled_from(
        ["", ID, f"spotify:track:{ID}", f"https://open.spotify.com/track/{ID}?si=1", f"{ID}0"]
    ),
    st.text(alphabet="aZ9_.:-/é ", max_size=40),
)


@given(st.lists(st.lists(PIECES, max_size=7).map("".join), min_size=1, max_size=20))
def test_titles_lose_two_endings_at_most(texts: list[str]) -> None:
    titles = bare = pa.array(texts, pa.string())
    for pattern in (EDITION, GUESTS, EDITION, GUESTS):
        bare = pc.replace_substring_regex(bare, pattern, "")

    expected = [short or whole for short, whole in zip(bare.to_pylist(), texts, strict=True)]

    assert plain_titles(titles).to_pylist() == expected


@pytest.mark.parametrize(
    "title",
    [
        "Song - 2011 Remaster",
        "Song (feat. Ann) - Live",
        "Song [Live at the Garden]",
        "Song - Digitally Remastered 2009",
        "Song (DELUXE EDITION)",
        "Song ft. Bob",
        "Song - Single Version",
        "Song (Album Mix)",
    ],
)
def test_an_edition_is_no_part_of_a_title(title: str) -> None:
    assert plain_titles(pa.array([title])).to_pylist() == ["Song"]


@given(st.lists(IDS, max_size=20))
def test_ids_are_spotifys_or_the_files_own(texts: list[str]) -> None:
    column = pa.array(["before", *texts], pa.string())[1:]
    found = [re.search(rf"(?:^|track[:/])({SPOTIFY_ID.pattern})(?:\Z|\?)", text) for text in texts]
    own = [
        bool(re.fullmatch(r"[0-9A-Za-z_.:-]{1,32}", text)) and not SPOTIFY_ID.fullmatch(text)
        for text in texts
    ]

    assert spotify_ids(column).to_pylist() == [match and match.group(1) for match in found]
    assert is_local_id(column).tolist() == own


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=30), st.randoms())
def test_the_first_in_order_represents_a_song(rows: list[tuple[int, bool]], random) -> None:
    order = random.sample(range(len(rows)), len(rows))
    best: dict[int, int] = {}
    for at in order:
        if rows[at][1]:
            best.setdefault(rows[at][0], at)

    found = winners(
        np.array([key for key, _ in rows], np.uint64),
        np.array([known for _, known in rows], bool),
        np.array(order, np.intp),
    )

    assert found.tolist() == [best[key] if known else at for at, (key, known) in enumerate(rows)]
