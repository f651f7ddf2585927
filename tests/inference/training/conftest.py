"""The packed FER2013 pictures that lie beside the project, where they do."""

from pathlib import Path

import pytest

FER2013 = Path(__file__).parents[3].parent / "shared" / "fer2013"


@pytest.fixture(scope="session")
def fer2013() -> Path:
    if not FER2013.exists():
        pytest.skip("the FER2013 pictures are not beside the project")
    return FER2013
