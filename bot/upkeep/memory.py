"""Memory that a serving process does without: few arenas, no pandas, nothing left of the start.

glibc gives each thread an arena of its own and keeps what was freed there; with twenty threads,
most of them asleep, that is 15 MB of nothing.

Source: mallopt(3), malloc_trim(3): Linux with glibc; elsewhere arenas stay as they are.
"""

import ctypes
import gc
import sys
from functools import cache
from importlib.abc import MetaPathFinder

import pyarrow as pa

M_ARENA_MAX = -8  # malloc.h
ARENAS = 2  # one for the event loop, one for whoever computes at that moment


def use_few_arenas() -> None:
    """Let all threads that are begun from now on share a few arenas."""
    if libc := _glibc():
        libc.mallopt(M_ARENA_MAX, ARENAS)


def do_without_pandas() -> None:
    """Let Arrow know that there is no pandas: it imports it to ask if a value is one of its own.

    That takes 40 MB, and is asked once.
    """
    absent = _NoPandas()
    sys.meta_path.insert(0, absent)
    try:
        pa.array([""])
    finally:
        sys.meta_path.remove(absent)


class _NoPandas(MetaPathFinder):
    """Finds that pandas is not installed."""

    def find_spec(self, fullname: str, *_: object) -> None:
        """Refuse pandas, and leave the rest to others."""
        if fullname == "pandas":
            raise ModuleNotFoundError(name=fullname)


def settle() -> None:
    """Give back what the start left over, and never look at what stays for good again.

    The collector would go through half a million objects of imported modules each time.
    """
    gc.collect()
    gc.freeze()
    if libc := _glibc():
        libc.malloc_trim(0)


@cache
def _glibc() -> ctypes.CDLL | None:
    if sys.platform != "linux":
        return None
    found = ctypes.CDLL(None)
    return found if hasattr(found, "mallopt") and hasattr(found, "malloc_trim") else None
