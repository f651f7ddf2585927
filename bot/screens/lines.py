"""Words from a catalogue as one short line that a message or a button can hold."""

import unicodedata
from functools import lru_cache

from bot.storage.history import StoredTrack
from bot.words.texts import Texts
from graph.tracks import Track

# Telegram counts 4,096 characters in all; five songs of these lengths stay well below.
MAX_TITLE, MAX_ARTIST, MAX_VIA = 80, 60, 40
MAX_BUTTON = 26  # with the words around it, what a phone shows of a label
MAX_SONG_BUTTON = 18  # of a label that takes half of a phone's width
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"  # Unicode Annex 9, section 2.4
BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
RIGHT_TO_LEFT = frozenset({"R", "AL"})


@lru_cache(maxsize=4096)  # some 1 MB; the same songs are shown again and again
def shown(text: str, limit: int) -> str:
    """Return words from a catalogue as one line of at most so many characters.

    Newlines become spaces. Bidirectional controls are dropped; a line with right-to-left letters is
    isolated instead, so that it does not reorder the text around it.
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


def title_of(track: Track | StoredTrack, texts: Texts, longest: int = MAX_TITLE) -> str:
    """Return a song's title as one line of so many characters; "untitled" where it has none."""
    return shown(track.title, longest) or texts("songs.untitled")


def artist_of(track: Track | StoredTrack, texts: Texts, longest: int = MAX_ARTIST) -> str:
    """Return a song's artists as one line.

    Catalogues part the artists of a song with semicolons; people part them with commas.
    """
    return shown(track.artist.replace(";", ","), longest) or texts("songs.unknown_artist")
