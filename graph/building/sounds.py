"""How many names sound at once: the keys of `graph.snapshot.sounds`, made by Arrow."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from graph.snapshot.sounds import FOREIGN, FROM_FOREIGN, STEM, TO_SOUND


def stems(names: pa.StringArray) -> pa.StringArray:
    """Return folded names, the Russian ones without their endings."""
    return _replaced(names, [STEM])


def sounds(names: pa.StringArray) -> pa.StringArray:
    """Return the keys of folded names, word by word; "" where nothing is left."""
    keys = stems(names)
    if pc.any(is_foreign(keys)).as_py():
        keys = _replaced(keys, FROM_FOREIGN)
    return pc.utf8_trim(_replaced(keys, TO_SOUND), " ")


def is_foreign(names: pa.StringArray) -> pa.BooleanArray:
    """Return which names are written in another script than Latin."""
    return pc.match_substring_regex(names, FOREIGN)


def _replaced(names: pa.StringArray, steps: Sequence[tuple[str, str]]) -> pa.StringArray:
    for pattern, into in steps:
        names = pc.replace_substring_regex(names, pattern, into)
    return names
