"""Names of artists and titles, brought into a form that can be compared."""

import unicodedata

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


def folded_name(name: str) -> str:
    """Return one name as `folded` returns it, in a hundredth of the time of an array of one."""
    letters = (
        sign
        for sign in unicodedata.normalize("NFKD", name)
        if not "\u0300" <= sign <= "\u036f"  # accents
    )
    words = "".join(
        sign.lower() if unicodedata.category(sign)[0] in "LNM" else " " for sign in letters
    )
    return " ".join(words.split()) or name
