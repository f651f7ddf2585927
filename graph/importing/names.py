"""Names of artists and titles, many at once, brought into a form that can be compared."""

import unicodedata

import pyarrow as pa
import pyarrow.compute as pc

from graph.importing.letters import BEYOND_ASCII, changed, having, words
from graph.names import ACCENTS, BEHIND_FIRST, EXCHANGED, MARKS

# Words that name a version of a song, not another song.
VERSION = (
    r"(?:remaster(?:ed|izado|isé)?|live|ao vivo|en vivo|en directo|unplugged|acoustic|ac[uú]stico|"
    r"edit|version|versi[oó]n|mix|remix|mono|stereo|demo|session|sessions|deluxe|bonus|extended|"
    r"radio|original|single|album|instrumental|explicit|clean|feat|ft|featuring|with|con|from|"
    r"sped up|slowed|reverb|soundtrack|theme|motion picture|re-?recorded|anniversary)"
)
IN_BRACKETS = rf"(?i)\s*[\(\[][^\)\]]*\b{VERSION}\b[^\)\]]*[\)\]]"
BEHIND_A_DASH = rf"(?i)\s+[-\x{{2013}}\x{{2014}}]\s+(?:[^-]*\b{VERSION}\b.*|(?:19|20)\d\d\b.*)$"
BEHIND_FEAT = r"(?i)\s+(?:feat|ft|featuring)\b\.?\s.*$"


def first_artists(artists: pa.StringArray) -> pa.StringArray:
    """Return the artist named first: see `graph.names.first_artist`."""
    alone = pc.replace_substring_regex(artists, BEHIND_FIRST, "")
    return pc.if_else(pc.equal(alone, ""), artists, alone)


def folded(names: pa.StringArray) -> pa.StringArray:
    """Return names without case, accents and signs: see `graph.names.folded_name`."""
    known = names.fill_null("")
    plain = changed(known, having(known, BEYOND_ASCII), _without_accents)
    found = words(plain)
    beyond = having(plain, BEYOND_ASCII)  # of Latin letters few are left
    if beyond.any():
        mask = pa.array(beyond)
        found = pc.replace_with_mask(found, mask, _words(plain.filter(mask)))
    chosen = pc.if_else(pc.equal(found, ""), known, found)
    return pc.if_else(names.is_valid(), chosen, None) if names.null_count else chosen


def _without_accents(names: pa.StringArray) -> pa.StringArray:
    return pc.replace_substring_regex(pc.utf8_normalize(names, "NFKD"), ACCENTS, "")


def _words(names: pa.StringArray) -> pa.StringArray:
    # RE2 takes 3 ms to compile a class of all letters, and the signs of some names are few.
    lower = pc.utf8_lower(names).to_pylist()
    signs = {
        ord(sign): sign if unicodedata.category(sign)[0] in "LNM" else " "
        for sign in set().union(*lower)
    }
    return pa.array([" ".join(name.translate(signs).split()) for name in lower], pa.string())


def bare(names: pa.StringArray) -> pa.StringArray:
    """Return folded names without optional marks: see `graph.names.bare_name`."""
    letters = pc.replace_substring_regex(folded(names), MARKS, "")
    for written, meant in EXCHANGED.items():
        letters = pc.replace_substring(letters, written, meant)
    return letters


def core_titles(titles: pa.StringArray) -> pa.StringArray:
    """Return titles without what names a version: "Hey - Live", "Hey (2011 Remaster)" are "Hey"."""
    core = titles
    for pattern in (IN_BRACKETS, BEHIND_A_DASH, BEHIND_FEAT):
        core = pc.replace_substring_regex(core, pattern, "")
    return pc.if_else(pc.equal(pc.utf8_trim_whitespace(core), ""), titles, core)
