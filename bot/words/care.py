"""Detection of low moods, and help lines by country."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from babel.core import get_global

from bot.errors import OperatorError
from bot.words.texts import Html, Texts
from inference.emotions import Emotion, EmotionScores

# Low moods: people in these get gentle songs and a kind sentence.
LOW = frozenset({Emotion.SAD, Emotion.FEAR})
# Length of a run of very low moods, the newest included.
RUN = 5
NUMBER = r"[\d+*#()/ .-]{2,40}"
VERY_LOW = 0.5  # the least probability of a low mood in each of them


@dataclass(frozen=True, slots=True)
class HelpLine:
    """A help line.

    Attributes:
        name: As it is known in its country.
        number: As it is dialled there.
    """

    name: str
    number: str


class HelpLinesError(OperatorError):
    """The operator's file of help lines is not as it should be."""


Lines: TypeAlias = Mapping[str, tuple[HelpLine, ...]]
# Lines for people in despair, open to everybody in the country; Russia's is for the young and their
# parents. Each was found in public lists of 2023 to 2026 (the Find A Helpline and aidlines sets,
# and what other programs tell people); none was called. Whoever runs the bot should call up the
# page of those that their people may need; README says how a file takes the place of a country's.
LINES: Lines = {
    "AT": (HelpLine("TelefonSeelsorge", "142"),),
    "AU": (HelpLine("Lifeline", "13 11 14"),),
    "BE": (HelpLine("Centre de Prévention du Suicide", "0800 32 123"),),
    "BR": (HelpLine("CVV", "188"),),
    "CA": (HelpLine("Suicide Crisis Helpline", "988"),),
    "CH": (HelpLine("Die Dargebotene Hand / La Main Tendue", "143"),),
    "CL": (HelpLine("Línea Prevención del Suicidio", "*4141"),),
    "DE": (HelpLine("TelefonSeelsorge", "0800 111 0 111"),),
    "DK": (HelpLine("Livslinien", "70 201 201"),),
    "ES": (HelpLine("Línea 024", "024"),),
    "FI": (HelpLine("MIELI", "09 2525 0111"),),
    "FR": (HelpLine("Numéro national de prévention du suicide", "3114"),),
    "GB": (HelpLine("Samaritans", "116 123"),),
    "IE": (HelpLine("Samaritans", "116 123"),),
    "IL": (HelpLine("ERAN", "1201"),),
    "IN": (HelpLine("Tele-MANAS", "14416"),),
    "IT": (HelpLine("Telefono Amico", "02 2327 2327"),),
    "JP": (
        HelpLine("よりそいホットライン", "0120-279-338"),
        HelpLine("いのちの電話", "0120-783-556"),
    ),
    "KR": (HelpLine("자살예방 상담전화", "109"),),
    "LB": (HelpLine("Embrace", "1564"),),
    "MX": (HelpLine("Línea de la Vida", "800 911 2000"),),
    "NL": (HelpLine("113 Zelfmoordpreventie", "0800-0113"),),
    "NO": (HelpLine("Mental Helse", "116 123"),),
    "NZ": (HelpLine("1737", "1737"),),
    "PL": (HelpLine("Centrum Wsparcia", "116 123"),),
    "PT": (HelpLine("SNS 24", "808 24 24 24"),),
    "RU": (HelpLine("Детский телефон доверия", "8-800-2000-122"),),
    "SE": (HelpLine("Mind Självmordslinjen", "90101"),),
    "TW": (HelpLine("安心專線", "1925"),),
    "UA": (HelpLine("Lifeline Ukraine", "7333"),),
    "US": (HelpLine("988 Lifeline", "988"),),
    "ZA": (HelpLine("SADAG", "0800 567 567"),),
}
# Where the speakers of a language mostly are, while nothing says where somebody is.
COUNTRIES: Mapping[str, tuple[str, ...]] = {
    "ar": ("LB",),
    "de": ("DE", "AT", "CH"),
    "en": ("US", "CA", "GB", "IE", "IN", "AU"),
    "es": ("ES", "MX", "CL", "US"),
    "fr": ("FR", "BE", "CH", "CA"),
    "hi": ("IN",),
    "ja": ("JP",),
    "pt": ("BR", "PT"),
    "ru": ("RU",),
}


def read_help_lines(path: Path | None) -> Lines:
    """Return the help lines by country, those of a TOML file in the place of ours.

    Raises:
        HelpLinesError: It cannot be read, or holds something else than names and numbers.
    """
    if path is None:
        return LINES
    try:
        own = _by_country(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, AttributeError) as error:
        raise HelpLinesError(f"expected help lines by country, found {error} in {path}") from error
    return {**LINES, **own}


def _by_country(document: Mapping[str, Any]) -> Lines:  # Any: TOML
    if odd := [country for country in document if not re.fullmatch("[A-Z]{2}", country)]:
        raise ValueError(f"{odd[0]!r} where a country of two letters stands")
    return {
        country: tuple(_line(name, number) for name, number in lines.items())
        for country, lines in document.items()
    }


def _line(name: str, number: object) -> HelpLine:
    if not isinstance(number, str) or not re.fullmatch(NUMBER, number):
        raise ValueError(f"{number!r} where the number of {name!r} stands, as text")
    return HelpLine(name, number)


def is_low(scores: EmotionScores) -> bool:
    """Return whether a feeling is a low one: sadness or fear before all others."""
    return scores.ranked()[0] in LOW


def is_low_run(moods: Sequence[EmotionScores]) -> bool:
    """Return whether the last moods, the newest first, are all very low."""
    return len(moods) >= RUN and all(
        is_low(scores) and scores[scores.ranked()[0]] >= VERY_LOW for scores in moods[:RUN]
    )


def country_of(client_language: str | None, zone: str | None) -> str | None:
    """Return the country that a time zone is in, or that a language tag names; None if neither.

    Args:
        client_language: An IETF tag such as "pt-BR".
        zone: A name of the IANA time zone database.
    """
    found = get_global("zone_territories").get(zone or "")
    if found:
        return str(found)
    region = (client_language or "").replace("_", "-").partition("-")[2].upper()
    return region if region in LINES else None


def help_lines(texts: Texts, country: str | None, known: Lines = LINES) -> Html:
    """Return where help is found: in the country, or else where the language is spoken."""
    countries = (country,) if country in known else COUNTRIES.get(texts.language, ())
    lines = [
        texts(
            "care.line",
            country=texts.locale.territories.get(code, code),
            name=line.name,
            number=line.number,
        )
        for code in countries
        for line in known[code or ""]
    ]
    return Html("\n".join([*lines, texts("care.everywhere")]))
