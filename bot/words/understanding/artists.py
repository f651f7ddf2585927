"""Artists of the catalogue in a message: "something by Queen", "Queenの曲", "play Queen"."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from bot.words.understanding.spelling import STOPS, UNSPACED, WORD
from bot.words.understanding.terms import Found, Term
from graph.snapshot.artists import Artist, ArtistIndex

MAX_WORDS = 6  # of a name; "King Gizzard & The Lizard Wizard" has as many
MAX_UNSPACED = 20  # signs of a name that is written without spaces
CLAUSE_END = re.compile(rf"\.(?!\w)|(?!\.)(?:{STOPS.pattern})")  # not the dots of "B.I.G."
# Terms that ask for something, and those that say nothing of what is wanted.
ASKING = frozenset({"request", "by", "of"})
EMPTY = ASKING | {"filler"}


@dataclass(frozen=True, slots=True)
class NamedArtist:
    """An artist, and where in the text the name stands."""

    artist: Artist
    found: Found


def artist_in(text: str, found: Sequence[Found], artists: ArtistIndex) -> NamedArtist | None:
    """Return the artist whose songs are asked for in a plain text, if one is."""
    places = [
        (start, stop)
        for start, stop in _places(text, found)
        if not _is_other(text, start, stop, found)
    ]
    for start, stop in places:
        if artist := artists.find(text[start:stop]):
            return _named(artist, text, start, stop)
    if alike := artists.find_alike(*(text[start:stop] for start, stop in places)):
        place, artist = alike
        return _named(artist, text, *places[place])
    return None


def _named(artist: Artist, text: str, start: int, stop: int) -> NamedArtist:
    return NamedArtist(artist, Found(start, stop, Term(text[start:stop], False, "artist", "")))


def _places(text: str, found: Sequence[Found]) -> Iterator[tuple[int, int]]:
    """Yield where a name may stand: alone with a request, after "by", before "の曲".

    Among a million songs nearly every word is somebody's name, so songs must be asked for.
    """
    asked = any(each.term.kind in {"request", "of"} for each in found)
    if asked or any(each.term.kind == "by" for each in found):
        yield from content_of(text, found, ASKING)  # "Of Monsters and Men" begins with a small word
        yield from content_of(text, found)
    for each in found:
        if each.term.kind == "by" and (asked or " " in each.term.text):  # "something by"
            yield from _after(text, each.stop)
        elif each.term.kind == "fan":
            yield from list(_after(text, each.stop))[:1]
        elif each.term.kind == "of":
            yield from _before(text, each.start)


def content_of(
    text: str, found: Sequence[Found], kinds: Collection[str] = EMPTY
) -> Iterator[tuple[int, int]]:
    """Yield what is left between the empty words at both ends, those of some kinds."""
    empty = [each for each in found if each.term.kind in kinds]
    inside = [
        (match.start(), match.end())
        for match in WORD.finditer(text)
        if not any(each.start < match.end() and match.start() < each.stop for each in empty)
    ]
    if inside:
        yield inside[0][0], inside[-1][1]
    if UNSPACED.search(text):
        yield from _between(text, empty)


def _between(text: str, empty: Sequence[Found]) -> Iterator[tuple[int, int]]:
    """Yield what lies between the empty words where there are no spaces, the longest first."""
    edges = [0, *(edge for each in empty for edge in (each.start, each.stop)), len(text)]
    gaps = [
        (start, stop)
        for start, stop in zip(edges[::2], edges[1::2], strict=True)
        if text[start:stop].strip()
    ]
    yield from sorted(gaps, key=lambda gap: gap[0] - gap[1])


def _after(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Yield the words from a place on, up to the end of the clause, many before few."""
    stop = next((match.start() for match in CLAUSE_END.finditer(text, start)), len(text))
    words = list(WORD.finditer(text, start, stop))[:MAX_WORDS]
    for last in reversed(words):
        yield words[0].start(), last.end()


def _before(text: str, stop: int) -> Iterator[tuple[int, int]]:
    """Yield the words up to a place, many before few; signs where there are no spaces."""
    start = max((match.end() for match in STOPS.finditer(text, 0, stop)), default=0)
    head = text[start:stop].rstrip()
    if head and UNSPACED.match(head[-1]):
        end = start + len(head)
        yield from ((at, end) for at in range(max(start, end - MAX_UNSPACED), end))
        return
    words = list(WORD.finditer(text, start, stop))[-MAX_WORDS:]
    for first in words:
        yield first.start(), words[-1].end()


def _is_other(text: str, start: int, stop: int, found: Sequence[Found]) -> bool:
    """Return whether a place holds known words only, such as a single mood or "something"."""
    inside = [each for each in found if start <= each.start and each.stop <= stop]
    covered = sum(each.stop - each.start for each in inside)
    letters = len(text[start:stop].replace(" ", ""))
    wanted = [each for each in inside if each.term.kind not in EMPTY]
    return covered >= letters and len(wanted) <= 1
