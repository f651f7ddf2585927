"""What people read: hedged, escaped, short, and with the right buttons below."""
# ruff: noqa: RUF001 - the sentences stand here as people read them

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.screens.keyboards import mood_keyboard
from bot.screens.lines import shown
from bot.screens.openings import opening_for_mood, opening_for_reading
from bot.screens.presses import decode
from bot.screens.replies import compose_refusal, compose_songs
from bot.screens.song_presses import CorrectPress, Panel, PanelPress
from bot.screens.songs import Songs
from bot.storage.history import StoredSuggestion, StoredTrack
from bot.storage.readings import ReadingSource, StoredReading
from bot.words.texts import Html, load_texts
from graph.choosing.reasons import Because, Reason, Trait
from graph.choosing.recommend import Aim
from graph.tracks import Track, TrackId
from inference.emotions import Emotion, EmotionScores
from inference.errors import NoFaceError
from inference.reading import Advice, Reading

TEXTS = load_texts()
AT = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
HAPPY = EmotionScores.only(Emotion.HAPPY)
CALM_OR_SAD = EmotionScores.from_weights(
    {Emotion.NEUTRAL: 0.5, Emotion.SAD: 0.4, Emotion.FEAR: 0.1}
)
BOX = (0, 0, 100, 100)
MESSAGE_LIMIT = 4096  # Bot API, sendMessage: characters after entities parsing


def track(
    number: int = 1, title: str = "Halo", artist: str = "Beyoncé", *, year: int | None = None
) -> Track:
    return Track(TrackId(f"t{number}"), title, artist, year)


def reading(scores: EmotionScores = HAPPY, *, certain: bool = True) -> StoredReading:
    return StoredReading(3, scores, ReadingSource.SELFIE, certain, None, AT)


def songs(*tracks: Track, reason: Reason | None = None, of: StoredReading | None = None) -> Songs:
    remembered = tuple(StoredTrack(t.id, t.title, t.artist) for t in tracks)
    stored = StoredSuggestion(9, 1, 1, None, of or reading(), Aim.MATCH, remembered, "000001", AT)
    return Songs(stored, tuple((track, reason) for track in tracks), {})


def words(text: Html) -> str:
    """Return a message as it is read, without its tags."""
    return unescape(re.sub(r"<[^>]+>", "", text))


def test_a_song_has_its_number_title_artist_and_year() -> None:
    reply = compose_songs(songs(track(year=2008)), Html("Here:"), TEXTS)

    assert words(reply.text).splitlines()[2] == "1. Halo – Beyoncé (2008)"


def test_a_song_links_to_both_services() -> None:
    text = compose_songs(songs(track()), Html("Here:"), TEXTS).text

    assert re.findall(r'<a href="https://([^/]+)/[^"]+">(\w+)</a>', text) == [
        ("open.spotify.com", "Spotify"),
        ("www.youtube.com", "YouTube"),
    ]


def test_markup_in_a_title_is_text() -> None:
    text = compose_songs(songs(track(title='<b>&"x"</b>', artist="A<i>")), Html(""), TEXTS).text

    assert "1. <b>Halo" not in text
    assert "1. <b>&lt;b&gt;&amp;&quot;x&quot;&lt;/b&gt;</b> – A&lt;i&gt;" in text


def test_links_of_a_hostile_title_stay_inside_their_quotes() -> None:
    text = compose_songs(songs(track(title='"><a href="https://x.example">')), Html(""), TEXTS).text

    addresses = [unescape(address) for address in re.findall(r'href="([^"]*)"', text)]
    assert [urlsplit(address).netloc for address in addresses] == [
        "open.spotify.com",
        "www.youtube.com",
    ]


@given(st.lists(st.tuples(st.text(max_size=600), st.text(max_size=600)), min_size=1, max_size=5))
def test_any_titles_fit_into_one_message(named: list[tuple[str, str]]) -> None:
    tracks = [track(i, title, artist) for i, (title, artist) in enumerate(named)]
    reason = Reason(Because.LIKED, Emotion.HAPPY, replace(tracks[0]), tuple(Trait)[-3:])

    text = words(compose_songs(songs(*tracks, reason=reason), Html("Here:"), TEXTS).text)

    assert len(text.encode("utf-16-le")) // 2 < MESSAGE_LIMIT


@given(st.text(max_size=600), st.integers(10, 80))
def test_what_is_shown_is_one_short_line(text: str, limit: int) -> None:
    line = shown(text, limit)

    assert len(line.strip("\u2068\u2069")) <= limit
    assert len(line.splitlines()) <= 1


@given(st.text())
def test_what_is_shown_can_be_sent(text: str) -> None:
    shown(text + "\ud800", 80).encode()


def test_a_long_title_is_cut_and_says_so() -> None:
    assert shown("la " * 100, 20) == "la la la la la la l…"


def test_a_right_to_left_title_leaves_its_line_alone() -> None:
    assert shown("שיר אהבה", 80) == "\u2068שיר אהבה\u2069"


def test_marks_that_turn_text_around_are_dropped() -> None:
    assert shown("abc\u202egnp.exe\u2066", 80) == "abcgnp.exe"


def test_a_title_of_nothing_has_a_name() -> None:
    assert "1. Untitled – unknown artist" in words(
        compose_songs(songs(track(title=" \n", artist="")), Html(""), TEXTS).text
    )


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        (
            Reason(Because.ZONE, Emotion.HAPPY, None, (Trait.BRIGHT, Trait.DANCEABLE)),
            "For feeling happy: bright, good to dance to",
        ),
        (Reason(Because.ZONE, Emotion.SAD), "For feeling sad"),
        (
            Reason(Because.LIKED, Emotion.SAD, track(2, title="R&B"), (Trait.SAME_GENRE,)),
            "Close to “R&B”, which you liked: the same style",
        ),
        (
            Reason(Because.BRIDGE, Emotion.NEUTRAL, None, (Trait.GENTLE,)),
            "On the way, near calm: gentle",
        ),
    ],
)
def test_a_reason_is_one_plain_line(reason: Reason, sentence: str) -> None:
    text = compose_songs(songs(track(), reason=reason), Html(""), TEXTS).text

    assert f"Spotify · YouTube · {sentence}" in words(text).splitlines()


def test_a_late_answer_has_no_reasons() -> None:
    text = compose_songs(songs(track()), Html("Here:"), TEXTS).text

    assert words(text).splitlines() == ["Here:", "", "1. Halo – Beyoncé", "Spotify · YouTube"]


def test_a_reading_is_hedged() -> None:
    scores = EmotionScores.from_weights({Emotion.NEUTRAL: 0.7, Emotion.SAD: 0.3})

    opening = opening_for_reading(Reading(scores, True, 1, BOX), TEXTS, album=False)

    assert words(opening).splitlines() == [
        "Looks most like calm, perhaps a little sad.",
        "●●●●○ about 70 % sure",
    ]


def test_a_faint_second_mood_is_not_named() -> None:
    scores = EmotionScores.from_weights({Emotion.NEUTRAL: 0.9, Emotion.SAD: 0.1})

    opening = opening_for_reading(Reading(scores, True, 1, BOX), TEXTS, album=False)

    assert words(opening).splitlines()[0] == "Looks most like calm."


@pytest.mark.parametrize(
    ("share", "bar"), [(0.9997, "●●●●● about 99 %"), (0.63, "●●●○○ about 63 %")]
)
def test_certainty_is_shown_and_never_whole(share: float, bar: str) -> None:
    scores = EmotionScores.from_weights({Emotion.HAPPY: share, Emotion.SAD: 1 - share})

    assert bar in opening_for_reading(Reading(scores, True, 1, BOX), TEXTS, album=False)


def test_the_first_song_has_a_preview_where_its_page_is_known() -> None:
    known = replace(track(), spotify_id="2CvOqDpQIMw69cCzWqr5yr")

    assert compose_songs(songs(track()), Html(""), TEXTS).preview_url is None
    assert compose_songs(songs(known), Html(""), TEXTS).preview_url == (
        "https://open.spotify.com/track/2CvOqDpQIMw69cCzWqr5yr"
    )


def test_an_uncertain_reading_asks() -> None:
    opening = opening_for_reading(Reading(CALM_OR_SAD, False, 1, BOX), TEXTS, album=False)

    assert words(opening).startswith("I am not sure: it could be calm or sad. Which is it?")


def test_an_uncertain_reading_has_its_two_moods_as_buttons() -> None:
    keyboard = compose_songs(
        songs(track(), of=reading(CALM_OR_SAD, certain=False)), Html(""), TEXTS
    ).keyboard

    assert keyboard is not None
    assert [decode(str(button.callback_data)) for button in keyboard.inline_keyboard[0]] == [
        CorrectPress(9, Emotion.NEUTRAL),
        CorrectPress(9, Emotion.SAD),
        PanelPress(9, Panel.MOODS),
    ]


def test_several_faces_are_told_who_was_read() -> None:
    several = Reading(HAPPY, True, 5, BOX, advice=(Advice.SEVERAL,))

    assert "I see 5 faces and read one" in opening_for_reading(several, TEXTS, album=False)


def test_an_album_is_told_which_picture_was_read() -> None:
    opening = opening_for_reading(Reading(HAPPY, True, 1, BOX), TEXTS, album=True)

    assert opening.startswith("I read the first picture of the album.")


def test_a_clip_tells_its_arc() -> None:
    calm = EmotionScores.only(Emotion.NEUTRAL)
    arc = tuple((float(second), calm if second < 3 else HAPPY) for second in range(6))

    opening = opening_for_reading(
        Reading(HAPPY, True, 1, BOX, frames=6, arc=arc), TEXTS, album=False
    )

    assert words(opening).splitlines()[2] == "Over the clip it goes from calm to happy."


def test_a_steady_clip_has_no_arc() -> None:
    arc = tuple((float(second), HAPPY) for second in range(6))

    opening = opening_for_reading(
        Reading(HAPPY, True, 1, BOX, frames=6, arc=arc), TEXTS, album=False
    )

    assert len(opening.splitlines()) == 2


@pytest.mark.parametrize(
    ("aim", "sentence"),
    [
        (Aim.MATCH, "Songs for feeling sad:"),
        (Aim.LIFT, "From sad towards something brighter, step by step:"),
        (Aim.CALM, "From sad towards something calmer, step by step:"),
    ],
)
def test_a_mood_and_an_aim_are_named(aim: Aim, sentence: str) -> None:
    opening = opening_for_mood(EmotionScores.only(Emotion.SAD), aim, TEXTS)

    assert words(opening) == sentence


def test_two_moods_are_both_named() -> None:
    both = EmotionScores.from_weights({Emotion.HAPPY: 1, Emotion.SAD: 1})

    assert words(opening_for_mood(both, Aim.MATCH, TEXTS)) == "Songs for feeling happy and sad:"


def test_a_refusal_leads_on_with_the_moods() -> None:
    assert compose_refusal(NoFaceError(), TEXTS).keyboard == mood_keyboard(TEXTS)
