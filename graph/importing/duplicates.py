"""Which rows are the same song: by Spotify id, and by title and artist."""

import hashlib
import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.arrays import Ids, Mask
from graph.importing.letters import changed, having, these
from graph.importing.names import first_artists, folded
from graph.tracks import SPOTIFY_ID

# What a re-issue or a concert recording adds to a title; a number after "live" is a year.
EDITIONS = (
    r"(\d{4} )?(digital(ly)? )?re-?master(ed)?( version| edition)?( \d{4})?( version)?"
    r"|(single|album|original|mono|stereo|deluxe) (version|edition|mix)"
    r"|live|live (at|in|from|on)\b[^)\]]*|live (version|session|recording)|live (19|20)\d\d"
)
EDITION = rf"(?i)\s*(\s-\s({EDITIONS})|[(\[]({EDITIONS})[)\]])\s*$"
GUESTS = r"(?i)\s*[(\[]?\b(feat|ft|featuring)\b\.? [^)\]]*[)\]]?\s*$"
# One of these is in each title that the two above find something in.
PARTS, GUEST = these("([-"), r"(?i)\bf(ea)?t"
LOCAL_ID = re.compile(r"[0-9A-Za-z_.:-]{1,32}")


def plain_titles(titles: pa.StringArray) -> pa.StringArray:
    """Return titles without featured artists and without the words of a re-issue or a concert."""
    guests = np.asarray(pc.match_substring_regex(titles, GUEST))
    return changed(titles, having(titles, PARTS) | guests, _bare)


def _bare(titles: pa.StringArray) -> pa.StringArray:
    bare = titles
    for _ in range(2):  # "Song (feat. Someone) - Live" carries two
        bare = pc.replace_substring_regex(bare, EDITION, "")
        bare = pc.replace_substring_regex(bare, GUESTS, "")
    return pc.if_else(pc.equal(bare, ""), titles, bare)


def song_keys(titles: pa.StringArray, artists: pa.StringArray) -> np.ndarray:
    """Return (n,) uint64, a hash of plain title and artist: equal for rows of the same song."""
    names = pc.binary_join_element_wise(
        folded(plain_titles(titles)), folded(first_artists(artists)), "\t"
    )
    return hashed(names)


def spotify_ids(*columns: pa.StringArray) -> pa.StringArray:
    """Return each row's Spotify id from the first column that holds one, else null."""
    pattern = r"(?:^|track[:/])(?P<id>[0-9A-Za-z]{22})(?:$|\?)"
    found = [pc.struct_field(pc.extract_regex(column, pattern), "id") for column in columns]
    return pc.coalesce(*found)


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
    codes, _ = pd.factorize(keys[ranked])
    first = np.unique(codes, return_index=True)[1]
    winner[ranked] = ranked[first[codes]]
    return winner


def is_local_id(ids: pa.StringArray) -> Mask:
    """Return which of a file's ids can be track ids: short, plain, and none of Spotify's form."""
    plain = np.asarray(pc.match_substring_regex(ids, f"^(?:{LOCAL_ID.pattern})$"))
    spotify = np.asarray(pc.match_substring_regex(ids, f"^{SPOTIFY_ID.pattern}$"))
    return np.asarray(plain & ~spotify)


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
