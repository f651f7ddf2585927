import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.building.called import called
from graph.building.sounds import is_foreign as are_foreign
from graph.building.sounds import sounds, stems
from graph.importing.names import bare, core_titles, first_artists, folded
from graph.names import bare_name, first_artist, folded_name
from graph.snapshot.artists import Artist, ArtistIndex
from graph.snapshot.nicknames import key_of
from graph.snapshot.sounds import is_foreign, sound, stem
from graph.snapshot.store import open_snapshot
from tests.conftest import ROOT

# Letters of all scripts, and words that the rules are about.
WORDS = [
    "feat.",
    "ft",
    ";",
    "the",
    "Земфиру",
    "Аллы",
    "Ψ",
    "लता",
    "मंगेशकर",
    "أم",
    "كلثوم",
    "ハ\u3099",
]
NAMES = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cn"])),
    st.lists(st.sampled_from(WORDS) | st.text(max_size=4), max_size=6).map(" ".join),
)


@pytest.mark.parametrize(
    "version",
    [
        "Imagine - Remastered 2010",
        "Imagine - 2010 Remaster",
        "Imagine (Live at the Garden)",
        "Imagine [Mono]",
        "Imagine - Radio Edit",
        "Imagine (feat. Somebody)",
        "Imagine feat. Somebody",
        "Imagine - Ao Vivo",
        "Imagine - En Vivo",
    ],
)
def test_versions_of_a_song_have_one_core(version: str) -> None:
    assert core_titles(pa.array([version])).to_pylist() == ["Imagine"]


@pytest.mark.parametrize(
    "title",
    [
        "Live and Let Die",
        "Alone (Together)",
        "Mix",
        "(Sittin' On) The Dock of the Bay",
        "Up - Down",
        "(Live)",
        "Lose Yourself",
        "Feather",
    ],
)
def test_other_titles_stay_whole(title: str) -> None:
    assert core_titles(pa.array([title])).to_pylist() == [title]


@given(st.lists(NAMES))
def test_one_name_is_folded_as_many_are(names: list[str]) -> None:
    many = pa.array(names, pa.string())

    assert [folded_name(name) for name in names] == folded(many).to_pylist()
    assert [bare_name(name) for name in names] == bare(many).to_pylist()
    assert [first_artist(name) for name in names] == first_artists(many).to_pylist()


@given(st.lists(NAMES))
def test_one_name_sounds_as_it_does_among_many(names: list[str]) -> None:
    keys = [bare_name(name) for name in names]
    many = pa.array(keys, pa.string())

    assert [stem(key) for key in keys] == stems(many).to_pylist()
    assert [sound(key) for key in keys] == sounds(many).to_pylist()
    assert [is_foreign(key) for key in keys] == are_foreign(many).to_pylist()


def test_each_artist_of_the_starter_catalogue_is_found_by_name(built_graph: Path) -> None:
    snapshot = open_snapshot(built_graph)
    artists = ArtistIndex.of(snapshot)
    lines = [snapshot.text("artist", row) for row in range(len(snapshot))]

    found = [artists.find(first_artist(line)) for line in lines]

    assert [artist.code if artist else None for artist in found] == snapshot.artists.tolist()


def test_a_name_of_two_artists_is_the_first_ones_and_a_nickname_nobodys() -> None:
    names = ["Jacques Brel", "Bob Marley & The Wailers", "JACQUES BREL", "", "Ana Brel"]
    index = ArtistIndex(*called(pa.array(names)), lambda row: Artist(row, names[row]))

    assert index.find("jacques brel") == Artist(0, "Jacques Brel")
    assert index.find_alike("Brel") is None
    assert index.find_alike("somebody", "Bob Marley") == (1, Artist(1, names[1]))
    assert index.find("") is None


def test_a_name_has_the_same_hash_in_every_process() -> None:
    program = "from graph.snapshot.nicknames import key_of; print(key_of('full', 'queen'))"

    told = subprocess.check_output((sys.executable, "-c", program), cwd=ROOT)

    assert int(told) == key_of("full", "queen")
