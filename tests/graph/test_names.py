import pyarrow as pa
import pytest

from graph.names import core_titles


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
