"""The words of one language, read from its file, with what all languages share."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale

from bot.errors import OperatorError
from bot.words.languages import AUTONYMS
from bot.words.understanding.mending import Mender
from bot.words.understanding.spelling import UNSPACED, plain
from bot.words.understanding.terms import Lexicon, Term
from inference.emotions import Emotion

FOLDER = Path(__file__).parents[1] / "vocabulary"
SHARED = "shared"  # emoji, and what genres are called everywhere
# In a phrase of care, up to three words may stand where "…" does.
GAP = r"(?:\S+ ){0,3}?"


class VocabularyError(OperatorError):
    """A vocabulary file is damaged."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What people say in one language.

    Attributes:
        language: Its tag.
        lexicon: Every term but those of care.
        mender: Knows their words when they are misspelt.
        harmless: Finds what only looks like words of care: "my phone died".
        crisis: Finds words of suicide and self-harm, in a plain text.
        grief: Finds words about a death.
        negates: Which moods of its clause a "not" takes back: those "after" it, or all "around" it.
        genres: What each genre is called, in plain spelling.
    """

    language: str
    lexicon: Lexicon
    mender: Mender
    harmless: re.Pattern[str]
    crisis: re.Pattern[str]
    grief: re.Pattern[str]
    negates: str
    genres: Mapping[str, frozenset[str]]


@cache
def vocabularies(folder: Path = FOLDER) -> Mapping[str, Vocabulary]:
    """Return the vocabulary of every language by its tag; read once.

    Raises:
        VocabularyError: A file cannot be read, or lacks something.
    """
    shared = _read(folder / f"{SHARED}.toml")
    paths = sorted(path for path in folder.glob("*.toml") if path.stem != SHARED)
    return {path.stem: _vocabulary(path, shared) for path in paths}


def _read(path: Path) -> dict[str, Any]:  # TOML holds values of any type
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise VocabularyError(f"expected a vocabulary, found {error!r} in {path}") from error


def _vocabulary(path: Path, shared: Mapping[str, Any]) -> Vocabulary:
    own = _read(path)
    try:
        terms = [
            *_moods(own["moods"]),
            *(
                Term.of(word, kind, value)
                for kind, words in sorted(own["speech"].items(), key=_says_nothing)
                for value, written in _by_value(words)
                for word in written
            ),
            *_genres(own["genres"]),
            *_languages(path.stem, own),
            *_moods(shared["moods"]),
            *_genres(shared["genres"]),
        ]
        return Vocabulary(
            language=path.stem,
            lexicon=Lexicon.of(terms),
            mender=Mender.of(terms),
            harmless=_phrases(own["care"]["harmless"]),
            crisis=_phrases(own["care"]["crisis"]),
            grief=_phrases(own["care"]["grief"]),
            negates=str(own["negates"]),
            genres={
                name: frozenset(map(plain, [name, *words, *own["genres"].get(name, ())]))
                for name, words in shared["genres"].items()
            },
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise VocabularyError(f"expected a vocabulary, found {error!r} in {path}") from error


def _moods(words: Mapping[str, Sequence[str]]) -> Iterator[Term]:
    return (Term.of(word, "mood", mood) for mood in Emotion for word in words[mood])


def _genres(words: Mapping[str, Sequence[str]]) -> Iterator[Term]:
    for genre, names in words.items():
        yield from (Term.of(name, "genre", genre) for name in (genre, *names))


def _says_nothing(entry: tuple[str, Any]) -> bool:  # Any: TOML
    """Return whether words are empty ones: where a word has another sense too, that counts."""
    return entry[0] == "filler"


def _by_value(words: Any) -> Iterator[tuple[str, Sequence[str]]]:  # Any: TOML
    """Yield words with the value that they stand for; a plain list has none."""
    yield from words.items() if isinstance(words, Mapping) else (("", words),)


def _languages(language: str, own: Mapping[str, Any]) -> Iterator[Term]:
    """Yield what languages are called here, inflected, and what they call themselves.

    Source: Unicode CLDR, by way of Babel.
    """
    cut, ends = own["language_names"]["cut"], own["language_names"]["ends"]
    names = Locale.parse(language).languages
    for code, autonym in AUTONYMS.items():
        yield Term.of(autonym, "language", code)
        name = names.get(code, "")
        if len(name) < (2 if UNSPACED.match(name) else 3):
            continue
        yield Term.of(name, "language", code)
        stem = next((name.removesuffix(end) for end in cut if name.endswith(end)), name)
        yield from (Term.of(stem + end, "language", code) for end in ends)
    for code, words in own["language_names"].get("more", {}).items():
        yield from (Term.of(word, "language", code) for word in words)


def _phrases(written: Sequence[str]) -> re.Pattern[str]:
    """Return what finds any of the phrases: "*" is any ending, "…" up to three words between."""
    return re.compile("|".join(_phrase(each) for each in written))


def _phrase(written: str) -> str:
    options = re.split(r"(\([^)]*\))", written)
    parts = [_options(part) if part.startswith("(") else _words(part) for part in options]
    body = "".join(parts)
    # Kana and Han have no spaces, and Arabic writes small words as part of the next.
    joined = re.search("[\u0600-\u06ff\u3040-\u30ff\u3400-\u9fff]", written)
    return body if joined else rf"(?<!\w){body}(?!\w)"


def _options(part: str) -> str:
    """Return "(a|b)" as a group."""
    return "(?:" + "|".join(_words(each) for each in part[1:-1].split("|")) + ")"


def _words(part: str) -> str:
    if not part.strip():
        return part
    text = part.replace("…", "\x00").replace("*", "\x01")
    lead, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    body = plain(text)
    escaped = re.escape(f"{lead[:1]}{body}{tail[:1]}").replace(r"\ ", " ")
    return escaped.replace("\x00 ", GAP).replace("\x00", r".{0,12}?").replace("\x01", r"\w*")
