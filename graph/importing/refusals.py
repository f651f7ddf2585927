"""Why a row or a whole file is left out."""

from collections.abc import Mapping
from enum import StrEnum


class Refusal(StrEnum):
    """Why a row or a whole file is left out."""

    UNREADABLE = "unreadable"
    BROKEN_ROW = "broken_row"
    NO_TITLE = "no_title"
    NO_ARTIST = "no_artist"
    NO_FEELING = "no_feeling"
    OUT_OF_RANGE = "out_of_range"
    ALL_ZERO = "all_zero"
    NO_TEMPO = "no_tempo"
    NO_LENGTH = "no_length"
    TOO_LONG = "too_long"


MEANINGS: Mapping[Refusal, str] = {
    Refusal.UNREADABLE: "the file cannot be used",
    Refusal.BROKEN_ROW: "too many or too few cells",
    Refusal.NO_TITLE: "no title",
    Refusal.NO_ARTIST: "no artist, or only an artist's id",
    Refusal.NO_FEELING: "valence or energy is missing or not a number",
    Refusal.OUT_OF_RANGE: "a value that must lie from 0 to 1 does not",
    Refusal.ALL_ZERO: "all values are 0: the sound was never analysed",
    Refusal.NO_TEMPO: "tempo 0: the analysis failed",
    Refusal.NO_LENGTH: "the length is 0 or less",
    Refusal.TOO_LONG: "longer than 15 minutes: a mix, a talk or a whole side",
}
