import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.screens.links import LinkError, MixSigner
from bot.screens.playlists import compose_list, jspf
from bot.settings import Settings
from bot.words.texts import load_texts
from graph.links import playlist
from graph.tracks import Track, TrackId

AT = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
HALO = Track(TrackId("h"), "Halo", "Beyoncé;Somebody", spotify_id="2CvOqDpQIMw69cCzWqr5yr")
CREEP = Track(TrackId("c"), "<Creep>", "Radiohead", youtube_id="XFkzRNyygfk")
SIGNER = MixSigner.of(Settings.model_validate({"token": "1:secret"}))


def test_a_list_is_lines_to_copy() -> None:
    text = compose_list([HALO, CREEP], load_texts())

    assert text.splitlines()[0].startswith("<pre>Halo")
    assert "Beyoncé,Somebody" in text
    assert "&lt;Creep&gt;" in text


def test_jspf_names_songs_and_only_pages_that_are_known() -> None:
    found = json.loads(jspf([HALO, CREEP], title="A mix", at=AT))["playlist"]

    assert (found["title"], found["date"]) == ("A mix", "2026-03-14T09:26:00+00:00")
    assert found["track"] == [
        {
            "title": "Halo",
            "creator": "Beyoncé,Somebody",
            "identifier": ["https://open.spotify.com/track/2CvOqDpQIMw69cCzWqr5yr"],
        },
        {
            "title": "<Creep>",
            "creator": "Radiohead",
            "location": ["https://www.youtube.com/watch?v=XFkzRNyygfk"],
        },
    ]


def test_two_known_videos_play_one_after_another() -> None:
    other = replace(CREEP, youtube_id="aaaaaaaaaaa")

    assert playlist([CREEP, HALO, other]) == (
        "https://www.youtube.com/watch_videos?video_ids=XFkzRNyygfk,aaaaaaaaaaa"
    )
    assert playlist([CREEP, HALO]) is None


def test_a_shared_mix_is_found_again() -> None:
    link = SIGNER.link("tune_bot", 2**40)

    address, _, parameter = link.partition("?start=")
    assert address == "https://t.me/tune_bot"
    assert len(parameter) <= 64
    assert SIGNER.read(parameter) == 2**40


@pytest.mark.parametrize("parameter", ["", "mix_", "mix_" + "A" * 26, "mix_é", "x" * 64, "mix_=="])
def test_a_made_up_mix_is_refused(parameter: str) -> None:
    with pytest.raises(LinkError):
        SIGNER.read(parameter)


def test_another_bot_cannot_name_a_mix() -> None:
    other = MixSigner.of(Settings.model_validate({"token": "1:other"}))

    with pytest.raises(LinkError):
        SIGNER.read(other.link("tune_bot", 5).partition("?start=")[2])
