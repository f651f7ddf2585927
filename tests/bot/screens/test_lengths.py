"""No message is longer than a person reads, in any language."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from bot.handlers.model import in_words
from bot.screens.choices import Songbook, compose_settings
from bot.screens.history import LIKED, PAGE, HistoryPage, compose_history
from bot.screens.openings import opening_for_mood, opening_for_reading
from bot.screens.pages import BOOKS, compose_page
from bot.screens.people_presses import Page
from bot.screens.replies import MAX_MESSAGE, compose_plain, song_lines
from bot.screens.settings_presses import SettingsPress
from bot.storage.history import StoredTrack
from bot.storage.preferences import Chosen, Preferences
from bot.storage.readings import ReadingSource, StoredReading
from bot.words.card import read_card
from bot.words.care import LINES, help_lines
from bot.words.texts import Html, Texts, Translations, plain
from graph.choosing.filters import Filters, offered
from graph.choosing.reasons import Because, Reason, Trait
from graph.choosing.recommend import Aim, Request, suggest
from graph.links import links
from graph.snapshot.store import open_snapshot
from graph.tracks import Track, TrackId
from inference.emotions import EMOTIONS, Emotion, EmotionScores
from inference.reading import Advice, Reading

TRANSLATIONS = Translations.load().by_language
EVERY = pytest.mark.parametrize("tag", TRANSLATIONS)
NOON = datetime(2026, 12, 30, 12, tzinfo=UTC)
TOKYO = ZoneInfo("Asia/Tokyo")
LONGEST = max(EMOTIONS, key=len)


@pytest.fixture(scope="module")
def snapshot(built_graph):
    return open_snapshot(built_graph)


def length(text: str) -> int:
    """Return how many characters a person sees."""
    seen = plain(Html(re.sub(r"\{\w+\}", "99", text)))  # what is filled in is a word or a number
    return len(re.sub("[\u2068\u2069\u200e\u200f]", "", seen))


@EVERY
def test_no_sentence_is_too_long(tag: str) -> None:
    sentences = TRANSLATIONS[tag].sentences

    assert {key for key, text in sentences.items() if length(text) > MAX_MESSAGE} == set()


@EVERY
def test_no_sentence_holds_a_mark_that_was_meant_for_the_file(tag: str) -> None:
    assert {key for key, text in TRANSLATIONS[tag].sentences.items() if "\\" in text} == set()


@EVERY
@pytest.mark.parametrize("page", Page)
def test_no_page_is_too_long(tag: str, page: Page) -> None:
    reply = compose_page(page, TRANSLATIONS[tag], operator="x" * 200, links_are_ours=True)

    assert length(reply.text) <= MAX_MESSAGE


def test_every_page_is_reached_from_the_first_of_its_book() -> None:
    assert [page for book in BOOKS for page in book] == list(Page)


@EVERY
def test_the_card_of_the_model_is_not_too_long(tag: str) -> None:
    assert length(in_words(read_card(), TRANSLATIONS[tag])) <= MAX_MESSAGE


@EVERY
@pytest.mark.parametrize("key", ["care.crisis", "care.grief", "care.run"])
def test_words_of_care_are_not_too_long(tag: str, key: str) -> None:
    texts = TRANSLATIONS[tag]

    shown = [length(texts(key, lines=help_lines(texts, country))) for country in (None, *LINES)]

    assert max(shown) <= MAX_MESSAGE


@EVERY
@pytest.mark.parametrize("aim", Aim)
def test_cards_of_the_starter_catalogue_keep_their_reasons(tag: str, aim: Aim, snapshot) -> None:
    texts, rng = TRANSLATIONS[tag], np.random.default_rng(1)
    liked = tuple(snapshot.track_at(row).id for row in range(0, 100, 10))

    for emotion in Emotion:
        request = Request(EmotionScores.only(emotion), aim, liked=liked)
        picks = [(pick.track, pick.reason) for pick in suggest(snapshot, request, rng=rng).picks]
        opening = opening_for_mood(request.scores, aim, texts)
        card = compose_plain(picks, opening, texts).text
        assert length(card) <= MAX_MESSAGE
        assert sum("<i>" in line for line in card.splitlines()) >= len(picks)


@EVERY
def test_a_card_of_endless_names_leaves_out_what_does_not_fit(tag: str) -> None:
    texts = TRANSLATIONS[tag]
    far = Track(TrackId("v"), "W" * 300, "V" * 300)
    reason = Reason(Because.LIKED, Emotion.DISGUST, via=far, traits=tuple(Trait)[:3])
    tracks = [Track(TrackId(f"t{n}"), "M" * 300, "N" * 300, 1999) for n in range(5)]
    scores = EmotionScores.from_weights({Emotion.SURPRISE: 0.5, Emotion.DISGUST: 0.45})
    reading = Reading(scores, certain=False, faces=9, box=(0, 0, 9, 9), advice=tuple(Advice)[:2])
    opening = opening_for_reading(reading, texts, album=True)

    card = compose_plain([(track, reason) for track in tracks], opening, texts).text

    assert length(card) <= MAX_MESSAGE
    assert card.count("YouTube") == 5


def test_a_short_card_says_all_that_there_is_to_say() -> None:
    texts = TRANSLATIONS["en"]
    track = Track(TrackId("t"), "Halo", "Beyoncé")
    reason = Reason(Because.ZONE, Emotion.HAPPY, traits=tuple(Trait)[:1])

    card = compose_plain([(track, reason)], Html("Songs:"), texts).text

    assert song_lines(0, track, reason, links(track), texts) in card


@EVERY
def test_a_page_of_the_history_is_not_too_long(tag: str) -> None:
    texts = TRANSLATIONS[tag]
    both = EmotionScores.from_weights({Emotion(LONGEST): 1, Emotion.NEUTRAL: 1})
    readings = [
        StoredReading(
            n, both, ReadingSource.SELFIE, certain=False, corrected=Emotion.DISGUST, at=NOON
        )
        for n in range(PAGE)
    ]
    liked = [StoredTrack(TrackId("t"), "A song of ordinary length", "Some artist")] * LIKED
    page = HistoryPage(0, readings, liked, older=True)

    for erasing in (False, True):
        assert length(compose_history(page, TOKYO, texts, erasing=erasing).text) <= MAX_MESSAGE


@EVERY
def test_settings_with_everything_ticked_are_not_too_long(tag: str, snapshot) -> None:
    found = offered(snapshot)
    everything = Filters(
        frozenset(found.languages), frozenset(found.genres), frozenset(found.decades)
    )
    chosen = Chosen(Preferences(filters=everything), [])
    book = Songbook(found, 1_234_567, 1_234_567)

    assert length(menu(chosen, book, TRANSLATIONS[tag])) <= MAX_MESSAGE


def test_more_than_is_named_is_counted_in_one_sentence(snapshot) -> None:
    found = offered(snapshot)
    chosen = Chosen(Preferences(filters=Filters(decades=frozenset(found.decades))), [])
    book = Songbook(found, 1234, 1234)

    german, japanese = (menu(chosen, book, TRANSLATIONS[tag]) for tag in ("de", "ja"))

    assert re.search(r"2020er, 2010er, .* und \d+ weitere</b>", german)
    assert re.search(r"2020年代、2010年代、.*、ほか\d+件</b>", japanese)
    assert "1.234 von 1.234" in german


def menu(chosen: Chosen, book: Songbook, texts: Texts) -> str:
    """Return the overview of the settings."""
    return compose_settings(chosen, book, SettingsPress(), texts).text
