"""What artists are called: keys that are looked up, not stored as text.

Besides their full names, "Brel", "Bob Marley" without his band, Russian names in any case, and
names in another script. A nickname counts where one artist alone has it. `graph.building.called`
makes the keys of a catalogue.
"""

from collections.abc import Iterator
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from graph.snapshot.sounds import is_foreign, sound, stem

Hashes = NDArray[np.uint64]

# Among ordinary words, three consonants are soon found that some name in another script has too.
FEWEST_CONSONANTS = 4


def key_of(kind: str, key: str) -> int:
    """Return the hash of a name of a kind: 64 bits, the same in every process."""
    return int.from_bytes(blake2b(f"{kind}:{key}".encode(), digest_size=8).digest(), "little")


def nicknames(name: str) -> Iterator[tuple[str, str]]:
    """Yield what a bare name may be as a nickname: kinds and keys."""
    foreign = is_foreign(name)
    if name:
        yield "name", name
    if foreign and (inflected := stem(name)):
        yield "stem", inflected
    heard = sound(name)
    if len(heard.replace(" ", "")) >= FEWEST_CONSONANTS:
        yield ("sound" if foreign else "foreign sound"), heard
