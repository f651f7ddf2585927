"""What an answer needs to know of a person, in one read."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.storage.consent import Allowed, choose_zone, save_consent
from bot.storage.database import Database
from bot.storage.known import NOBODY, known_of
from bot.storage.preferences import Preferences, change_preferences
from bot.storage.users import Manners, choose_care, choose_language, save_user

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ALICE, BOB = 1, 2


async def test_somebody_new_is_nobody_yet(database: Database):
    assert await database.run(known_of, ALICE) == NOBODY


async def test_who_chose_nothing_has_the_defaults(database: Database):
    await database.run(save_user, ALICE, language="de", at=NOON)

    known = await database.run(known_of, ALICE)

    assert known == replace(NOBODY, allowed=Allowed(client_language="de"))


async def test_all_that_was_chosen_is_known(database: Database):
    await database.run(save_user, BOB, language="en", at=NOON)
    await database.run(save_user, ALICE, language="de", at=NOON)
    await database.run(choose_language, ALICE, "ja", at=NOON)
    await database.run(choose_care, ALICE, care=False, at=NOON)
    await database.run(save_consent, ALICE, "2", at=NOON)
    await database.run(choose_zone, ALICE, "Asia/Tokyo", at=NOON)
    chosen = Preferences(aim="lift", keep_days=7, ask_helped=True, heavy=False)
    await database.run(change_preferences, ALICE, lambda _: chosen, language="de", at=NOON)

    known = await database.run(known_of, ALICE)

    assert known.manners == Manners("ja", care=False)
    assert known.allowed == Allowed("2", "Asia/Tokyo", "de")
    assert known.preferences == chosen
