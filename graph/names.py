"""Names of artists and titles, brought into a form that can be compared."""

import pyarrow as pa
import pyarrow.compute as pc


def first_artists(artists: pa.StringArray) -> pa.StringArray:
    """Return the artist named first: "A; B" and "A feat. B" are by A."""
    alone = pc.replace_substring_regex(artists, r"(?i)\s*(;|,| feat\b| ft\b| featuring\b).*$", "")
    return pc.if_else(pc.equal(alone, ""), artists, alone)


def folded(names: pa.StringArray) -> pa.StringArray:
    """Return names without case, accents and signs, so that spellings of one name are equal."""
    letters = pc.replace_substring_regex(pc.utf8_normalize(names, "NFKD"), "[\u0300-\u036f]", "")
    words = pc.replace_substring_regex(pc.utf8_lower(letters), r"[^\p{L}\p{N}\p{M}]+", " ")
    bare = pc.utf8_trim_whitespace(words)
    return pc.if_else(pc.equal(bare, ""), names, bare)  # "???" is a name too
