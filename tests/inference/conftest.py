"""The parts that take seconds to load, once for all tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from inference.finder import FaceFinder
from inference.reader import Reader

SHARED = Path(__file__).parents[2].parent / "shared"


@pytest.fixture(scope="session")
def finder() -> Iterator[FaceFinder]:
    found = FaceFinder()
    yield found
    found.close()


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    loaded = Reader()
    yield loaded
    loaded.close()


@pytest.fixture(scope="session")
def photos() -> Path:
    """Real pictures beside the project; a fresh clone has none."""
    folder = SHARED / "photos"
    if not folder.is_dir():
        pytest.skip(f"no real pictures at {folder}")
    return folder


@pytest.fixture(scope="session")
def fer2013() -> Path:
    """The training pictures beside the project; a fresh clone has none."""
    folder = SHARED / "fer2013"
    if not folder.is_dir():
        pytest.skip(f"no training pictures at {folder}")
    return folder
