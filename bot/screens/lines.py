"""Words from a catalogue as one short line that a message or a button can hold."""

import unicodedata

# Telegram counts 4,096 characters in all; five songs of these lengths stay well below.
MAX_TITLE, MAX_ARTIST, MAX_VIA = 80, 60, 40
MAX_BUTTON = 26  # with the words around it, what a phone shows of a label
MAX_SONG_BUTTON = 18  # of a label that takes half of a phone's width
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"  # Unicode Annex 9, section 2.4
BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
RIGHT_TO_LEFT = frozenset({"R", "AL"})


def shown(text: str, limit: int) -> str:
    """Return words from a catalogue as one short line that leaves its surroundings alone.

    Newlines become spaces, and marks that turn the direction of text are dropped: those of a
    title that begins right to left are set around it instead.
    """
    kept = (
        " " if unicodedata.category(character) == "Cc" else character
        for character in text
        if character not in BIDI_CONTROLS and unicodedata.category(character) != "Cs"
    )
    line = " ".join("".join(kept).split())
    if len(line) > limit:
        line = line[: limit - 1].rstrip() + "…"
    if any(unicodedata.bidirectional(character) in RIGHT_TO_LEFT for character in line):
        return f"{FIRST_STRONG_ISOLATE}{line}{POP_ISOLATE}"
    return line
