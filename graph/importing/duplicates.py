"""Which rows are the same song: by Spotify id, and by title and artist."""

import hashlib
from string import ascii_letters, digits

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.arrays import Ids, Mask
from graph.importing.letters import changed, made_of, once, these
from graph.importing.names import first_artists, folded

# What a re-issue or a concert recording adds to a title; a number after "live" is a year.
EDITIONS = (
    r"(\d{4} )?(digital(ly)? )?re-?master(ed)?( version| edition)?( \d{4})?( version)?"
    r"|(single|album|original|mono|stereo|deluxe) (version|edition|mix)"
    r"|live|live (at|in|from|on)\b[^)\]]*|live (version|session|recording)|live (19|20)\d\d"
)
EDITION = rf"(?i)\s*(\s-\s({EDITIONS})|[(\[]({EDITIONS})[)\]])\s*$"
GUESTS = r"(?i)\s*[(\[]?\b(feat|ft|featuring)\b\.? [^)\]]*[)\]]?\s*$"
# One of these is in each title that the two above find something in.
SIGNS_OF_THEM = r"(?i)live|master|version|edition|mix|\bf(ea)?t"
ALPHANUMERIC = these(ascii_letters + digits)
LOCAL_SIGNS = these(ascii_letters + digits + "_.:-")
LOCAL_ID_LENGTH, SPOTIFY_ID_LENGTH = 32, 22


def plain_titles(titles: pa.StringArray) -> pa.StringArray:
    """Return titles without featured artists and without the words of a re-issue or a concert."""
    return changed(titles, np.asarray(pc.match_substring_regex(titles, SIGNS_OF_THEM)), _bare)


def _bare(titles: pa.StringArray) -> pa.StringArray:
    once = _shorter(titles)
    # "Song (feat. Someone) - Live" carries two.
    bare = changed(once, np.asarray(pc.not_equal(once, titles)), _shorter)
    return pc.if_else(pc.equal(bare, ""), titles, bare)


def _shorter(titles: pa.StringArray) -> pa.StringArray:
    return pc.replace_substring_regex(pc.replace_substring_regex(titles, EDITION, ""), GUESTS, "")


def song_keys(plain: pa.StringArray, artists: pa.StringArray) -> np.ndarray:
    """Return (n,) uint64, a hash of plain title and artist: equal for rows of the same song."""
    names = pc.binary_join_element_wise(folded(plain), once(artists, _first), "\t")
    return hashed(names)


def _first(artists: pa.StringArray) -> pa.StringArray:
    return folded(first_artists(artists))


def spotify_ids(*columns: pa.StringArray) -> pa.StringArray:
    """Return each row's Spotify id from the first column that holds one, else null."""
    return pc.coalesce(*(changed(column, ~_is_spotify_id(column), _within) for column in columns))


def _within(addresses: pa.StringArray) -> pa.StringArray:
    pattern = r"(?:^|track[:/])(?P<id>[0-9A-Za-z]{22})(?:$|\?)"
    return pc.struct_field(pc.extract_regex(addresses, pattern), "id")


def _is_spotify_id(column: pa.StringArray) -> Mask:
    return made_of(column, ALPHANUMERIC, SPOTIFY_ID_LENGTH, SPOTIFY_ID_LENGTH)


def winners(keys: np.ndarray, known: Mask, order: Ids) -> Ids:
    """Return for each row the row that represents it: of those with its key the first in `order`.

    Args:
        keys: (n,), equal for rows of one song.
        known: (n,), false where a row has no key and represents itself.
        order: (n,), all rows by preference, the best first.
    """
    import pandas as pd  # half a second to load, and only an import needs it

    n = len(keys)
    winner = np.arange(n)
    ranked = order[known[order]]
    codes, different = pd.factorize(keys[ranked])
    first = np.empty(len(different), np.intp)
    first[codes[::-1]] = np.arange(len(codes))[::-1]  # of several the last is written
    winner[ranked] = ranked[first[codes]]
    return winner


def is_local_id(ids: pa.StringArray) -> Mask:
    """Return which of a file's ids can be track ids: short, plain, and none of Spotify's form."""
    return made_of(ids, LOCAL_SIGNS, 1, LOCAL_ID_LENGTH) & ~_is_spotify_id(ids)


def track_ids(
    spotify: pa.StringArray, local: pa.StringArray, keys: np.ndarray, own: Mask
) -> pa.StringArray:
    """Return a distinct id for each row, the same at each import of the same rows.

    It is the Spotify id, else the file's own id. Where two songs share that, or where it is too
    long for a button, it is a digest of title and artist.

    Args:
        spotify: (n,), null where there is none.
        local: (n,), the file's own ids.
        keys: (n,) uint64, from `song_keys`.
        own: (n,), whether the file's own id can be used.
    """
    found = pc.coalesce(spotify, pc.if_else(pa.array(own), local, pa.scalar(None, pa.string())))
    missing = np.flatnonzero(np.asarray(found.is_null()))
    digests = [hashlib.blake2b(key, digest_size=8).hexdigest() for key in keys[missing].view("V8")]
    return pc.replace_with_mask(found, found.is_null(), pa.array(digests, pa.string()))


def hashed(names: pa.StringArray) -> np.ndarray:
    """Return hashes, (n,) uint64."""
    import pandas as pd  # half a second to load, and only an import needs it

    return np.asarray(pd.util.hash_array(names.to_numpy(zero_copy_only=False), categorize=False))
