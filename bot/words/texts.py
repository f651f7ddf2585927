"""Every sentence by its key, in each language, with its numbers, dates and plural forms."""

import logging
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cached_property, reduce
from html import escape, unescape
from pathlib import Path
from types import MappingProxyType
from unicodedata import bidirectional

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.lists import format_list
from babel.numbers import format_decimal

from bot.errors import OperatorError
from inference.errors import InferenceError, TooDarkError

log = logging.getLogger(__name__)

LOCALES = Path(__file__).parent / "locales"
ENGLISH = "en"
# British sentences go with British dates; the other languages have one locale each.
REGIONS = {ENGLISH: "en_GB"}
ISOLATE, POP_ISOLATE = "\u2068", "\u2069"  # Unicode Standard Annex 9, section 2.4
# Before a command, whose slash would else stand behind it: it is of no direction of its own.
RIGHT_TO_LEFT, LEFT_TO_RIGHT, COMMAND = "\u200f", "\u200e", re.compile(r"/(?=[a-z])")
# Whole numbers up to here take every form that a person meets; French millions have one more.
COUNTED = range(201)
PLURAL_FORMS = frozenset({"zero", "one", "two", "few", "many", "other"})


class TextsError(OperatorError):
    """A locale file is damaged."""


class Html(str):
    """Text that is HTML already: it is not escaped again."""

    __slots__ = ()


@dataclass(frozen=True)
class Texts:
    """The sentences of one language.

    Attributes:
        language: Its tag, as the locale file is named.
        sentences: By dotted key.
    """

    language: str
    sentences: Mapping[str, str]

    @cached_property
    def locale(self) -> Locale:
        """How the language writes numbers, dates and lists, from the Unicode CLDR."""
        return Locale.parse(REGIONS.get(self.language, self.language))

    def __call__(self, key: str, **values: object) -> Html:
        """Return a sentence with the values filled in; what is not `Html` is escaped."""
        shown = {
            name: value if isinstance(value, Html) else escape(str(value))
            for name, value in values.items()
        }
        return Html(self.sentences[key].format_map(shown))

    def count(self, key: str, n: int, **values: object) -> Html:
        """Return the form of a sentence that goes with a number, as {n} in it."""
        form = f"{key}.{self.locale.plural_form(n)}"
        chosen = form if form in self.sentences else f"{key}.other"
        return self(chosen, n=self.number(n), **values)

    def about(self, error: InferenceError) -> Html:
        """Return what a person can do about media that gave no reading."""
        key = "too_dark" if isinstance(error, TooDarkError) else error.code
        return self(f"error.{key}")

    def number(self, value: float) -> str:
        """Return a number with the marks of the language, such as 1,234 or 1.234."""
        return str(format_decimal(value, locale=self.locale))

    def date(self, at: datetime, zone: tzinfo) -> str:
        """Return a day as it is written, such as 1 Mar 2026."""
        day = at.astimezone(zone)
        written = str(format_date(day, "medium", locale=self.locale))
        # Telegram takes "/11" for a command where a mark of direction stands before it.
        return str(format_skeleton("yMMMd", day, locale=self.locale)) if "/" in written else written

    def moment(self, at: datetime, zone: tzinfo) -> str:
        """Return a day and the time of day, to the minute."""
        time = format_time(at, "short", tzinfo=zone, locale=self.locale)
        return f"{self.date(at, zone)}, {time}"

    def series(self, parts: Sequence[str]) -> str:
        """Return words that more may follow, parted as the language does it: "a, b, c"."""
        middle = str(self.locale.list_patterns["standard"]["middle"])
        return reduce(middle.format, parts) if parts else ""

    def listed(self, names: Sequence[str]) -> str:
        """Return names as an enumeration, such as "a, b and c"."""
        return str(format_list(list(names), locale=self.locale)) if names else ""


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
    """Return the sentences of a language; what is not translated, or wrongly, is English.

    A translation that lags behind stops nobody's bot; `faults` names what it lacks.

    Raises:
        TextsError: A file cannot be read.
    """
    english = _read(folder / f"{ENGLISH}.toml")
    if language == ENGLISH:
        return english
    own = _read(folder / f"{language}.toml")
    unfit = {key for key, _ in _unfit(own, english)}
    if unfit:
        log.warning("sentences_in_english language=%s n=%d", language, len(unfit))
    groups = _plural_groups(english.sentences)
    kept = {
        key: _isolated(text) if own.locale.text_direction == "rtl" else text
        for key, text in own.sentences.items()
        if key not in unfit and (key in english.sentences or _group(key) in groups)
    }
    return Texts(language, MappingProxyType({**english.sentences, **kept}))


def faults(language: str, folder: Path = LOCALES) -> list[str]:
    """Return what keeps a translation from saying all that the English sentences say.

    Raises:
        TextsError: A file cannot be read.
    """
    own, english = _read(folder / f"{language}.toml"), _read(folder / f"{ENGLISH}.toml")
    return sorted(f"{fault} {key}" for key, fault in _unfit(own, english))


def _unfit(own: Texts, english: Texts) -> Iterable[tuple[str, str]]:
    """Yield the keys that are missing, left over, or have other {words}, and what is wrong."""
    groups = _plural_groups(english.sentences)
    forms = {own.locale.plural_form(n) for n in COUNTED} | {"other"}
    wanted = {key for key in english.sentences if _group(key) not in groups}
    wanted |= {f"{group}.{form}" for group in groups for form in forms}
    allowed = wanted | {f"{group}.{form}" for group in groups for form in PLURAL_FORMS}
    yield from ((key, "lacks") for key in wanted - own.sentences.keys())
    yield from ((key, "does not need") for key in own.sentences.keys() - allowed)
    for key in own.sentences.keys() & allowed:
        plural = _group(key) in groups
        fields = _fields(english.sentences[f"{_group(key)}.other" if plural else key])
        missing = fields ^ _fields(own.sentences[key])
        if missing - ({"n"} if plural else set()):  # "one song" may say its number in a word
            yield key, "has other {words} in"


def _plural_groups(sentences: Mapping[str, str]) -> set[str]:
    """Return the keys that stand before `.one` and `.other` both."""
    return {_group(key) for key in sentences if key.endswith(".one")} & {
        _group(key) for key in sentences if key.endswith(".other")
    }


def _group(key: str) -> str:
    """Return what stands before the form of a plural; "" for another kind of key."""
    group, _, form = key.rpartition(".")
    return group if form in PLURAL_FORMS else ""


def _isolated(sentence: str) -> str:
    """Return a right-to-left sentence whose {words} and commands, often Latin, keep their order."""
    lines = "\n".join(map(_leftwards, sentence.split("\n")))
    parts = re.split(r"(<[^>]*>)", lines)  # not inside of a tag
    words = re.compile(r"\{\w+\}")
    return "".join(
        part
        if part.startswith("<")
        else COMMAND.sub(rf"{LEFT_TO_RIGHT}\g<0>", words.sub(rf"{ISOLATE}\g<0>{POP_ISOLATE}", part))
        for part in parts
    )


def _leftwards(line: str) -> str:
    """Return a line with a mark before it where it would else run from left to right.

    Source: Unicode Standard Annex 9, rules P2 and P3: the first letter decides, not those isolated.
    """
    kinds = map(bidirectional, re.sub(r"<[^>]*>|\{\w+\}", "", line))
    first = next((kind for kind in kinds if kind in {"L", "R", "AL"}), "L" if "{" in line else "")
    return RIGHT_TO_LEFT + line if first == "L" and not line.startswith("<pre>") else line


def plain(sentence: Html) -> str:
    """Return a sentence without tags, for places that show no HTML."""
    return unescape(re.sub(r"<[^>]*>", "", sentence))


def _read(path: Path) -> Texts:
    """Return one locale file, not yet compared with the English one."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        sentences = dict(_flat(document))
    except (OSError, ValueError) as error:
        raise TextsError(f"expected a locale file, found {error!r} in {path}") from error
    return Texts(path.stem, MappingProxyType(sentences))


def _flat(table: Mapping[str, object], before: str = "") -> Iterable[tuple[str, str]]:
    """Yield every sentence of a table and of those inside it, with its dotted key."""
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}.")
        elif isinstance(value, str):
            yield before + name, value.strip("\n")
        else:
            raise ValueError(f"expected a sentence for {before}{name}, found {value!r}")  # noqa: TRY004


def _fields(sentence: str) -> set[str]:
    """Return the names in braces."""
    return set(re.findall(r"\{(\w+)\}", sentence))
