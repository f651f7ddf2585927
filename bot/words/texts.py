"""Every sentence by its key, in a language; and every error's sentence."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from types import MappingProxyType

from bot.errors import OperatorError
from bot.words.moods import MoodWords
from inference.emotions import Emotion
from inference.errors import InferenceError, TooDarkError

LOCALES = Path(__file__).parent / "locales"
ENGLISH = "en"


class TextsError(OperatorError):
    """A locale file is damaged, or its keys are not those of the English one."""


class Html(str):
    """Text that is HTML already: it is not escaped again."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Texts:
    """The sentences of one language.

    Attributes:
        language: Its tag, as the locale file is named.
        sentences: By dotted key.
        moods: What people write and send, and the mood that each word of it says.
    """

    language: str
    sentences: Mapping[str, str]
    moods: MoodWords

    def __call__(self, key: str, **values: object) -> Html:
        """Return a sentence with the values filled in; what is not `Html` is escaped."""
        shown = {
            name: value if isinstance(value, Html) else escape(str(value))
            for name, value in values.items()
        }
        return Html(self.sentences[key].format_map(shown))

    def count(self, key: str, n: int) -> Html:
        """Return the form of a sentence that goes with a number."""
        return self(f"{key}.{'one' if n == 1 else 'other'}", n=n)

    def about(self, error: InferenceError) -> Html:
        """Return what a person can do about media that gave no reading."""
        key = "too_dark" if isinstance(error, TooDarkError) else error.code
        return self(f"error.{key}")


@dataclass(frozen=True, slots=True)
class Translations:
    """The sentences in every language there is.

    Attributes:
        by_language: The English ones first.
    """

    by_language: Mapping[str, Texts]

    @classmethod
    def load(cls, folder: Path = LOCALES) -> "Translations":
        """Return the languages of a folder.

        Raises:
            TextsError: As `load_texts`.
        """
        others = sorted(path.stem for path in folder.glob("*.toml") if path.stem != ENGLISH)
        return cls({language: load_texts(language, folder) for language in (ENGLISH, *others)})

    def of(self, tag: str | None) -> Texts:
        """Return the sentences for an IETF language tag such as "pt-BR"; English for others."""
        language = re.split("[-_]", tag or "", maxsplit=1)[0].lower()
        return self.by_language.get(language, self.by_language[ENGLISH])


def load_texts(language: str = ENGLISH, folder: Path = LOCALES) -> Texts:
    """Return the sentences of a language.

    Raises:
        TextsError: A file cannot be read; or its keys, or the {words} in a sentence, are not
            those of the English file.
    """
    texts, english = _read(folder / f"{language}.toml"), _read(folder / f"{ENGLISH}.toml")
    faults = [f"key {key}" for key in texts.sentences.keys() ^ english.sentences.keys()] + [
        f"{{words}} of {key}"
        for key in texts.sentences.keys() & english.sentences.keys()
        if _fields(texts.sentences[key]) != _fields(english.sentences[key])
    ]
    if faults:
        raise TextsError(f"expected {language} to match {ENGLISH}, found {sorted(faults)}")
    return texts


def _read(path: Path) -> Texts:
    """Return one locale file, not yet compared with the English one."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        words = document.pop("words")
        moods = MoodWords.of({mood: words[mood] for mood in Emotion})
    except (OSError, ValueError, KeyError) as error:
        raise TextsError(
            f"expected a locale file with [words], found {error!r} in {path}"
        ) from error
    sentences = {
        f"{part}.{key}": text.strip("\n")
        for part, keys in document.items()
        for key, text in keys.items()
    }
    return Texts(path.stem, MappingProxyType(sentences), moods)


def _fields(sentence: str) -> set[str]:
    """Return the names in braces."""
    return set(re.findall(r"\{(\w+)\}", sentence))
