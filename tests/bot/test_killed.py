"""The bot is killed while people write to it: everybody is answered all the same."""

import shutil
from pathlib import Path

import pytest

from tests.soak import kills


@pytest.mark.slow
async def test_nobody_who_writes_to_a_bot_that_is_killed_goes_without_an_answer(
    migrated: Path, own_graph: Path, tmp_path: Path
) -> None:
    database = Path(shutil.copy(migrated, tmp_path / "killed.db"))

    figures = [figure async for figure in kills.measure(database, own_graph, n=2, seed=3)]

    found = {figure.name: figure.value for figure in figures}
    assert found["kill -9: lost"] == 0
    assert found["kill -9: told busy"] == 0
    assert found["kill -9: apologies"] == 0
