"""The translations hold together with the English sentences, and fit where they are shown."""

import re
import unicodedata
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from bot.handlers.model import in_words
from bot.words.card import read_card
from bot.words.languages import AUTONYMS
from bot.words.texts import ENGLISH, Texts, Translations, faults, load_texts
from bot.words.understanding.catalogue import Catalogue
from bot.words.understanding.meanings import Wanted
from bot.words.understanding.understand import understand
from bot.words.understanding.vocabulary import vocabularies
from graph.snapshot.store import open_snapshot
from inference.emotions import Emotion

TRANSLATIONS = Translations.load()
LANGUAGES = sorted(set(TRANSLATIONS.by_language) - {ENGLISH})
ENGLISH_TEXTS = load_texts()
# Telegram cuts a label by its width, and takes so many characters of each of these.
# An admin's report is as wide as a message can be, and so is its button, which names both numbers.
UNDER_A_REPORT = 50
LABEL, IN_A_ROW_OF_THREE, TOAST, CAPTION, MESSAGE = 40, 15, 200, 1024, 4096
DESCRIPTION, SHORT, MENU = 512, 120, 60
LABELS = ("button.", "offer.", "view.")
TOASTS = ("toast.", "error.ours_toast", "songs.none", "songs.unfit")


class Tags(HTMLParser):
    """Lists the tags of a sentence in their order, and checks that they close."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def tags_of(sentence: str) -> list[str]:
    tags = Tags()
    tags.feed(sentence)
    assert tags.open == []
    return sorted(tags.found)


def shown(texts: Texts, key: str) -> str:
    """Return a sentence without its tags and the marks that nobody sees."""
    return re.sub("<[^>]+>|[\u2068\u2069\u200f]", "", texts.sentences[key])


def test_nine_languages_are_spoken_and_understood():
    assert set(TRANSLATIONS.by_language) == set(vocabularies())
    assert {"en", "de", "es", "fr", "pt", "hi", "ru", "ar", "ja"} == set(vocabularies())
    assert set(AUTONYMS) >= set(vocabularies())


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_translation_lacks_nothing(tag):
    assert faults(tag) == []


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_translation_has_the_same_tags(tag):
    own = TRANSLATIONS.by_language[tag].sentences
    english = ENGLISH_TEXTS.sentences

    other = [key for key in english if tags_of(own[key]) != tags_of(english[key])]

    assert other == []


@pytest.mark.parametrize("tag", TRANSLATIONS.by_language)
def test_no_line_break_is_shown_as_a_backslash(tag):
    sentences = TRANSLATIONS.by_language[tag].sentences

    assert [key for key, sentence in sentences.items() if "\\" in sentence] == []


@pytest.mark.parametrize("tag", TRANSLATIONS.by_language)
def test_sentences_fit_where_they_are_shown(tag):
    texts = TRANSLATIONS.by_language[tag]

    too_long = [
        (key, len(shown(texts, key)))
        for key in texts.sentences
        if len(shown(texts, key)) > limit_of(key)
    ]

    assert too_long == []
    assert len(re.sub("<[^>]+>", "", in_words(read_card(), texts))) <= CAPTION


def limit_of(key: str) -> int:
    if key in {"profile.description", "profile.short"}:
        return DESCRIPTION if key.endswith("description") else SHORT
    if key in {"button.match", "button.lift", "button.calm", "button.more", "button.wrong"}:
        return IN_A_ROW_OF_THREE
    if key == "offer.build":
        return UNDER_A_REPORT
    limits = ((LABELS, LABEL), (TOASTS, TOAST), (("menu.",), MENU))
    return next((limit for starts, limit in limits if key.startswith(starts)), MESSAGE)


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_command_or_an_emoji_is_in_every_translation(tag):
    own, english = TRANSLATIONS.by_language[tag].sentences, ENGLISH_TEXTS.sentences
    # What stands in italics are examples, which each language has its own of.
    marks = re.compile("/[a-z]+|[\U0001f300-\U0001faff]")

    other = [
        key
        for key in english
        if set(marks.findall(re.sub("<i>.*?</i>|</[a-z]+>", "", english[key])))
        != set(marks.findall(re.sub("<i>.*?</i>|</[a-z]+>", "", own[key])))
    ]

    assert [key for key in other if key not in {"history.zone", "songs.narrow"}] == []


@pytest.mark.parametrize("tag", TRANSLATIONS.by_language)
@pytest.mark.parametrize("emotion", list(Emotion))
def test_an_emotion_is_understood_by_its_name_in_every_language(built_graph, tag, emotion):
    texts = TRANSLATIONS.by_language[tag]
    catalogue = Catalogue.of(open_snapshot(built_graph))

    for name in (texts(f"emotion.{emotion}"), texts(f"button.{emotion}")):
        assert understand(name, tag, catalogue) == Wanted((emotion,)), name


@pytest.mark.parametrize("tag", TRANSLATIONS.by_language)
def test_the_examples_that_are_given_are_understood(built_graph, tag):
    texts = TRANSLATIONS.by_language[tag]
    catalogue = Catalogue.of(open_snapshot(built_graph))
    examples = re.findall("<i>(.*?)</i>", texts("start.unknown"))

    meanings = {example: understand(example, tag, catalogue) for example in examples}

    assert len(examples) >= 6
    assert {said for said, meant in meanings.items() if not isinstance(meant, Wanted)} == set()


@pytest.mark.parametrize("tag", TRANSLATIONS.by_language)
def test_a_date_holds_nothing_that_telegram_takes_for_a_command(tag):
    assert "/" not in TRANSLATIONS.by_language[tag].moment(datetime(2026, 11, 26, tzinfo=UTC), UTC)


def test_every_line_in_arabic_runs_from_right_to_left():
    """Of what is not isolated, the first letter of a line decides (Unicode Annex 9, P2 and P3)."""
    sentences = TRANSLATIONS.by_language["ar"].sentences.items()

    lines = [(key, line) for key, text in sentences for line in text.split("\n")]
    wrong = [
        key
        for key, line in lines
        if first_direction(line) in ({"L", None} if "{" in line else {"L"})
        and not line.startswith("<pre>")
    ]

    assert len(lines) > 300
    assert wrong == []


def first_direction(line: str) -> str | None:
    own = re.sub("<[^>]*>|\u2068[^\u2069]*\u2069", "", line)
    return next((k for k in map(unicodedata.bidirectional, own) if k in {"L", "R", "AL"}), None)


def test_a_command_in_arabic_begins_with_its_slash():
    sentences = TRANSLATIONS.by_language["ar"].sentences.values()

    bare = [each for each in sentences if re.search(r"(?<!\u200e)(?<!<)/[a-z]", each)]

    assert bare == []
