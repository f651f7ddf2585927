"""One name of an artist or a title, brought into a form that can be compared.

`graph.importing.names` does the same with many at once. A bot that serves has a few at a time, and
does without Arrow.
"""
# ruff: noqa: RUF001 - letters as they are written

import re
import unicodedata
from collections.abc import Mapping

ACCENTS = "[\u0300-\u036f]"
# Optional marks: vowel signs, hamzas and the tatweel of Arabic, and the nukta of Devanagari.
MARKS = "[\u0640\u064b-\u0655\u0670\u093c]"
EXCHANGED: Mapping[str, str] = {"ى": "ي", "ة": "ه"}  # last letters that people write for others
BEHIND_FIRST = r"(?i)[ \t\n\f\r]*(;|,| feat\b| ft\b| featuring\b).*$"

OTHER_ARTISTS = re.compile(BEHIND_FIRST.replace("$", r"\Z"), re.ASCII)  # as Arrow reads it


def first_artist(artists: str) -> str:
    """Return the artist named first: "A; B" and "A feat. B" are by A."""
    return OTHER_ARTISTS.sub("", artists) or artists


def folded_name(name: str) -> str:
    """Return a name without case, accents and signs, so that spellings of one name are equal.

    A name of signs alone, such as "???", stays as it is.
    """
    letters = re.sub(ACCENTS, "", unicodedata.normalize("NFKD", name))
    words = "".join(
        sign.lower() if unicodedata.category(sign)[0] in "LNM" else " " for sign in letters
    )
    return " ".join(words.split()) or name


def bare_name(name: str) -> str:
    """Return a folded name without the marks that people leave out in Arabic and Devanagari."""
    letters = re.sub(MARKS, "", folded_name(name))
    for written, meant in EXCHANGED.items():
        letters = letters.replace(written, meant)
    return letters
