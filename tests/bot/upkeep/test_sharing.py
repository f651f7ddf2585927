"""A version that one host builds reaches another host: over a folder, with real rsync."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.storage.database import Database
from bot.storage.publications import published
from bot.upkeep.sharing import GraphShare, TransferError
from graph.errors import SnapshotError
from graph.snapshot.arriving import adopt
from graph.snapshot.store import open_snapshot
from graph.snapshot.versions import roll_back

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

pytestmark = pytest.mark.skipif(shutil.which("rsync") is None, reason="needs rsync")


@pytest.fixture
def hosts(own_graph: Path, tmp_path: Path, database: Database) -> tuple[GraphShare, GraphShare]:
    """Two hosts: the first has the starter graph, the second nothing."""
    share = tmp_path / "share"
    share.mkdir()
    folders = own_graph, tmp_path / "second"
    first, second = (GraphShare(folder, str(share), database) for folder in folders)
    return first, second


async def test_a_version_reaches_a_host_without_one(
    hosts: tuple[GraphShare, GraphShare], own_graph: Path, tmp_path: Path, database: Database
):
    for host in hosts:
        await host.look(NOON)

    here, there = open_snapshot(own_graph), open_snapshot(tmp_path / "second")
    assert here.version == there.version == await database.run(published)
    assert len(here) == len(there)


async def test_a_new_version_and_the_way_back_reach_it_too(
    hosts: tuple[GraphShare, GraphShare], own_graph: Path, tmp_path: Path
):
    first, second = hosts
    await first.look(NOON)
    await second.look(NOON)
    version = adopt(own_graph, own_graph / open_snapshot(own_graph).version)

    await first.look(NOON)
    await second.look(NOON)
    new = open_snapshot(tmp_path / "second").version
    old = roll_back(own_graph)
    await first.look(NOON)
    await second.look(NOON)

    assert new == version
    assert open_snapshot(tmp_path / "second").version == old


async def test_a_damaged_copy_is_not_used(
    hosts: tuple[GraphShare, GraphShare], own_graph: Path, tmp_path: Path
):
    first, second = hosts
    await first.look(NOON)
    version = open_snapshot(own_graph).version
    damaged = next((tmp_path / "share" / version).glob("*.npy"))
    damaged.write_bytes(b"\x00" * damaged.stat().st_size)

    with pytest.raises(SnapshotError):
        await second.look(NOON)

    assert not (tmp_path / "second" / "current").exists()


async def test_an_unreachable_share_is_told(own_graph: Path, database: Database):
    with pytest.raises(TransferError, match="rsync"):
        await GraphShare(own_graph, "/proc/nowhere/share", database).look(NOON)
