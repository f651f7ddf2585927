"""Which languages of songs a person is likely to understand, as a soft preference."""

from functools import lru_cache

import numpy as np

from graph.arrays import Ids, Vector
from graph.choosing.request import Request
from graph.snapshot.store import NO_CODE, Snapshot
from graph.tracks import NO_WORDS, OF_INDIA

# English is understood in most places, and songs without words everywhere.
COMMON = frozenset({"en", NO_WORDS})
# What a song's language costs, in units of the fit of the best song: one that is common but not the
# person's own, and any other. With .35, new English-speaking people find 1.5 languages in a list of
# five from the starter catalogue, and 3.3 without.
COMMON_COST, FOREIGN_COST = 0.15, 0.25


def distance(snapshot: Snapshot, request: Request, likes: Ids) -> Vector:
    """Return what each language of a snapshot costs a song, (languages + 1,).

    A language of a liked song costs nothing; a language that is unknown costs nothing either, and
    stands last, where `NO_CODE` finds it. Whoever chose languages in the filters pays for none.

    Args:
        snapshot: The graph.
        request: Whose languages count.
        likes: Liked rows.
    """
    words = snapshot.manifest["words"]["language"]
    assert NO_CODE == -1
    if request.filters.languages:
        return np.zeros(len(words) + 1, np.float32)
    costs = _costs(tuple(words), request.languages).copy()
    costs[snapshot.languages[likes]] = 0
    return costs


def own_codes(snapshot: Snapshot, request: Request) -> list[int]:
    """Return the codes of the person's languages, without the common ones."""
    own = {tag_of(language) for language in request.languages} - COMMON
    words = snapshot.manifest["words"]["language"] if own else ()
    return [code for code, word in enumerate(words) if tag_of(word) in own]


@lru_cache(1)
def of_india() -> frozenset[str]:
    """Return the ISO 639 codes of India's languages without English.

    Source: Unicode CLDR, supplemental data, territory information.
    """
    from babel.languages import get_territory_language_info

    return frozenset(map(tag_of, get_territory_language_info("IN"))) - COMMON


@lru_cache(256)
def _costs(words: tuple[str, ...], languages: tuple[str, ...]) -> Vector:
    """Return what each language costs whoever understands some, and 0 for an unknown one."""
    own = {tag_of(language) for language in languages}
    if own & of_india():
        own.add(tag_of(OF_INDIA))
    return np.array([*(_cost(tag_of(word), own) for word in words), 0], np.float32)


@lru_cache(512)
def tag_of(language: str) -> str:
    """Return the ISO 639 code of a language given as a tag or by its English name."""
    return _codes_by_name().get(language.casefold(), language.casefold().split("-")[0])


def _cost(tag: str, own: set[str]) -> float:
    if not tag or tag in own:
        return 0
    if tag in COMMON:
        return COMMON_COST if own - COMMON else 0
    return FOREIGN_COST


@lru_cache(1)
def _codes_by_name() -> dict[str, str]:
    from babel import Locale  # loads its data when it is first asked

    return {name.casefold(): code for code, name in Locale("en").languages.items()}
