"""Memory that a serving process does without: few arenas, and nothing left of the start.

glibc gives each thread an arena of its own and keeps what was freed there; with twenty threads,
most of them asleep, that is 15 MB of nothing.

Source: mallopt(3), malloc_trim(3): Linux with glibc; elsewhere arenas stay as they are.
"""

import ctypes
import gc
import sys
from functools import cache

M_ARENA_MAX = -8  # malloc.h
ARENAS = 2  # one for the event loop, one for whoever computes at that moment


def use_few_arenas() -> None:
    """Let all threads that are begun from now on share a few arenas."""
    if libc := _glibc():
        libc.mallopt(M_ARENA_MAX, ARENAS)


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
