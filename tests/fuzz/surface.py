"""What can be fuzzed: where inputs come from, and what must hold for each."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from hypothesis.strategies import SearchStrategy

Check = Callable[[Any], None]  # an input of a surface; each surface knows its own type

# Each is a module beside this one, whose `surface(files)` returns a `Surface`; `files` are further
# inputs to start from, which may be none.
SURFACES = ("media", "presses", "updates", "webhook", "words", "tables")


@dataclass(frozen=True, slots=True)
class Surface:
    """One border at which bytes of strangers come in.

    Attributes:
        inputs: What is tried; its values can be pickled.
        open: Loads what the checks need, once per process, and returns the check of one input: it
            returns where the input is answered or refused as it should be, and raises otherwise.
            A function of a module, so that another process can be told its name.
        limit_s: CPU seconds that one input may take.
        limit_mb: Megabytes that one input may take above what was held before.
    """

    inputs: SearchStrategy[Any]
    open: Callable[[], Check]
    limit_s: float = 3.0
    limit_mb: float = 300.0


def surface_of(name: str, files: tuple[bytes, ...] = ()) -> Surface:
    """Return a surface by its name."""
    found = import_module(f"tests.fuzz.{name}").surface(files)
    assert isinstance(found, Surface)
    return found
