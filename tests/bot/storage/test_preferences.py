from dataclasses import replace
from datetime import UTC, datetime

from bot.storage.database import Database
from bot.storage.preferences import Preferences, change_preferences, chosen_by, preferences_of
from graph.choosing.filters import Filters

ALICE, BOB = 11, 12
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SOME = Preferences(
    Filters(frozenset({"de", "fr"}), frozenset({"rock"}), frozenset({1980}), explicit=False), 1.0
)


async def test_whoever_chose_nothing_gets_everything(database: Database):
    assert await database.run(preferences_of, ALICE) == Preferences()
    assert not Preferences().filters


async def test_what_was_chosen_is_kept(database: Database):
    await database.run(change_preferences, ALICE, lambda _: SOME, language="en", at=NOON)

    assert await database.run(preferences_of, ALICE) == SOME
    assert await database.run(preferences_of, BOB) == Preferences()


async def test_a_change_begins_with_what_is_kept(database: Database):
    await database.run(change_preferences, ALICE, lambda _: SOME, language="en", at=NOON)

    changed = await database.run(
        change_preferences,
        ALICE,
        lambda known: replace(known, freshness=0.0),
        language=None,
        at=NOON,
    )

    assert changed == await database.run(chosen_by, ALICE)
    assert changed.preferences == replace(SOME, freshness=0.0)
