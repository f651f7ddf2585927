"""What all people share: renewed in time, of the graph in use, and without the forgotten."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy.orm import Session

from bot.storage.database import Database
from bot.storage.history import StoredTrack
from bot.storage.ratings import save_rating
from bot.storage.users import save_user
from bot.upkeep.shared_taste import EVERY, MANY, SharedTaste
from graph.choosing.belief import rules
from graph.snapshot.store import Snapshot, open_snapshot
from tests.conftest import until

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def snapshot(built_graph: Path) -> Snapshot:
    return open_snapshot(built_graph)


def like(session: Session, snapshot: Snapshot, *, people: int) -> None:
    """Let some people like some of the songs."""
    for person in range(1, people + 1):
        save_user(session, person, language="en", at=NOON)
        for row in range(person, 100 * person, 99):
            track = snapshot.track_at(row)
            stored = StoredTrack(track.id, track.title, track.artist)
            save_rating(session, person, stored, liked=True, at=NOON)


async def renewed(database: Database, snapshot: Snapshot) -> SharedTaste:
    taste = SharedTaste()
    await taste.renew(database, snapshot, at=NOON)
    return taste


async def test_at_first_nothing_is_shared(snapshot: Snapshot) -> None:
    assert SharedTaste().of(snapshot) is None
    assert SharedTaste().is_due(snapshot, NOON)


async def test_what_people_like_moves_it(database: Database, snapshot: Snapshot) -> None:
    await database.run(like, snapshot, people=5)

    belief = (await renewed(database, snapshot)).of(snapshot)

    assert belief is not None
    assert not np.allclose(belief.mean, rules().mean)


async def test_with_nobody_there_are_the_rules(database: Database, snapshot: Snapshot) -> None:
    belief = (await renewed(database, snapshot)).of(snapshot)

    assert belief is not None
    assert np.array_equal(belief.mean, rules().mean)


async def test_it_is_of_one_graph_only(database: Database, snapshot: Snapshot) -> None:
    taste = await renewed(database, snapshot)
    newer = replace(snapshot, version="000002")

    assert taste.of(newer) is None
    assert taste.is_due(newer, NOON)


async def test_it_waits_for_many_or_for_long(database: Database, snapshot: Snapshot) -> None:
    taste = await renewed(database, snapshot)
    later = NOON + EVERY
    assert not taste.is_due(snapshot, later)  # nothing new

    taste.note()

    assert not taste.is_due(snapshot, later - timedelta(seconds=1))
    assert taste.is_due(snapshot, later)
    for _ in range(MANY - 1):
        taste.note()
    assert taste.is_due(snapshot, NOON)


async def test_what_comes_meanwhile_counts_next_time(
    database: Database, snapshot: Snapshot
) -> None:
    taste = SharedTaste()
    renewing = asyncio.create_task(taste.renew(database, snapshot, at=NOON))
    await asyncio.sleep(0)
    taste.note()

    await renewing

    assert taste.is_due(snapshot, NOON + EVERY)


async def test_it_does_not_keep_the_forgotten(database: Database, snapshot: Snapshot) -> None:
    taste = await renewed(database, snapshot)

    taste.forget()

    assert taste.of(snapshot) is None
    assert taste.is_due(snapshot, NOON)


async def test_who_is_forgotten_meanwhile_is_not_kept(
    database: Database, snapshot: Snapshot
) -> None:
    taste = SharedTaste()
    renewing = asyncio.create_task(taste.renew(database, snapshot, at=NOON))
    await asyncio.sleep(0)
    taste.forget()

    await renewing

    assert taste.of(snapshot) is None
    assert taste.is_due(snapshot, NOON)


async def test_it_keeps_up_with_the_graph(database: Database, snapshot: Snapshot) -> None:
    taste, in_use = SharedTaste(), [snapshot]
    keeping = asyncio.create_task(taste.keep_up(database, lambda: in_use[-1], lambda: NOON))
    await until(lambda: taste.of(snapshot) is not None)

    in_use.append(replace(snapshot, version="000002"))

    await until(lambda: taste.of(in_use[-1]) is not None)
    keeping.cancel()
