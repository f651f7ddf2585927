import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.storage.artists import block_artist
from bot.storage.audit import save_action
from bot.storage.consent import save_consent
from bot.storage.database import Database
from bot.storage.history import StoredTrack, save_suggestion
from bot.storage.inbox import IncomingUpdate, open_updates, store_updates
from bot.storage.preferences import change_preferences
from bot.storage.ratings import ratings_of, save_rating
from bot.storage.readings import ReadingSource, readings_of, save_reading
from bot.storage.reminders import save_reminder
from bot.storage.tables import AuditRow, UserRow
from bot.storage.users import (
    Manners,
    choose_care,
    choose_language,
    forget_and_look,
    forget_user,
    manners_of,
    mark_inactive,
    notice_shown,
    rows_about,
    save_notice_shown,
    save_user,
)
from graph.tracks import TrackId
from inference.emotions import Emotion, EmotionScores

ALICE, BOB, NEXT = 11, 12, 13
BOT = 5
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECRET_WORDS = "words that nobody else may read"
TRACK = StoredTrack(TrackId("t"), "A title", "An artist")


def live(session: Session, user_id: int) -> None:
    """Leave one row in every table that is about people."""
    save_user(session, user_id, language="en", at=NOON)
    reading_id = save_reading(
        session,
        user_id,
        EmotionScores.only(Emotion.FEAR),
        source=ReadingSource.CLIP,
        certain=False,
        at=NOON,
    )
    save_suggestion(
        session,
        user_id,
        [TRACK],
        chat_id=user_id,
        reading_id=reading_id,
        aim="match",
        update_id=user_id,
        version="v1",
        at=NOON,
    )
    save_rating(session, user_id, TRACK, liked=True, at=NOON)
    block_artist(session, user_id, "An artist")
    change_preferences(session, user_id, lambda known: known, language="en", at=NOON)
    save_reminder(session, user_id, 540, next_at=NOON)
    save_consent(session, user_id, "1", at=NOON)
    save_action(session, user_id, "rebuild", "done", at=NOON)
    payload = f'{{"text": "{SECRET_WORDS} {user_id}"}}'
    store_updates(session, [IncomingUpdate(user_id, user_id, payload)], bot_id=BOT, at=NOON)


def files_with(words: str, folder: Path) -> list[Path]:
    return [path for path in folder.glob("bot.db*") if words.encode() in path.read_bytes()]


def state_of(session: Session, user_id: int) -> tuple[str | None, bool, datetime, datetime]:
    row = session.scalars(select(UserRow).where(UserRow.id == user_id)).one()
    return row.language, row.active, row.created_at, row.seen_at


async def test_seen_again_changes_language_and_moment(database: Database):
    later = NOON + timedelta(days=1)
    await database.run(save_user, ALICE, language="en", at=NOON)

    await database.run(save_user, ALICE, language="de", at=later)

    assert await database.run(state_of, ALICE) == ("de", True, NOON, later)


async def test_inactive_person_who_writes_is_active(database: Database):
    await database.run(save_user, ALICE, language="en", at=NOON)
    await database.run(mark_inactive, ALICE)
    assert not (await database.run(state_of, ALICE))[1]

    await database.run(save_user, ALICE, language="en", at=NOON)

    assert (await database.run(state_of, ALICE))[1]


async def test_notice_of_a_new_person_is_remembered(database: Database):
    assert not await database.run(notice_shown, ALICE)

    await database.run(save_notice_shown, ALICE, at=NOON)

    assert await database.run(notice_shown, ALICE)
    assert not await database.run(notice_shown, BOB)


async def test_forgotten_person_leaves_no_row(database: Database):
    await database.run(live, ALICE)
    before = await database.run(rows_about, ALICE)

    deleted, left = await database.run(forget_and_look, ALICE)

    assert (before, deleted, left) == (10, 10, 0)
    assert await database.run(rows_about, ALICE) == 0


async def test_a_message_during_the_deletion_is_no_row_that_was_left(database: Database):
    await database.run(live, ALICE)
    press, meanwhile = IncomingUpdate(NEXT, ALICE, "{}"), IncomingUpdate(NEXT + 1, ALICE, "{}")
    [pressed] = await database.run(store_updates, [press], bot_id=BOT, at=NOON)

    (_, left), _ = await asyncio.gather(
        database.run(forget_and_look, ALICE, until=pressed.id),
        database.run(store_updates, [meanwhile], bot_id=BOT, at=NOON),
    )

    assert left == 0


async def test_forgetting_one_leaves_the_other(database: Database):
    await database.run(live, ALICE)
    await database.run(live, BOB)

    await database.run(forget_user, ALICE)

    assert await database.run(rows_about, BOB) == 10
    assert len(await database.run(readings_of, BOB, 5)) == 1
    assert await database.run(ratings_of, BOB) == {TRACK.track_id: True}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_forgotten_words_are_in_no_file(database: Database, tmp_path: Path):
    await database.run(live, ALICE)
    assert files_with(SECRET_WORDS, tmp_path)  # else this proves nothing

    await database.run(forget_user, ALICE)

    assert files_with(SECRET_WORDS, tmp_path) == []


async def test_forgotten_update_is_still_known_and_not_repeated(database: Database):
    await database.run(live, ALICE)

    await database.run(forget_user, ALICE)

    again = [IncomingUpdate(ALICE, ALICE, "{}")]
    assert await database.run(open_updates, BOT, limit=9) == []
    assert await database.run(store_updates, again, bot_id=BOT, at=NOON) == []


async def test_what_came_after_the_wish_to_be_forgotten_is_still_answered(database: Database):
    sent = [IncomingUpdate(number, ALICE, f"p{number}") for number in (1, 2, 3)]
    stored = await database.run(store_updates, sent, bot_id=BOT, at=NOON)

    found = await database.run(forget_and_look, ALICE, until=stored[1].id)

    assert found == (2, 0)
    left = await database.run(open_updates, BOT, limit=9)
    assert [each.payload for each in left] == ["p3"]


async def test_forgetting_a_stranger_deletes_nothing(database: Database):
    assert await database.run(forget_user, ALICE) == 0


def actions(session: Session) -> list[tuple[int | None, str, str, datetime]]:
    return [(r.admin_id, r.action, r.outcome, r.at) for r in session.scalars(select(AuditRow))]


async def test_action_of_a_forgotten_admin_stays_without_a_name(database: Database):
    await database.run(save_action, ALICE, "rebuild", "done", at=NOON)
    await database.run(save_action, BOB, "rebuild", "done", at=NOON)

    await database.run(forget_user, ALICE)

    assert {admin for admin, *_ in await database.run(actions)} == {None, BOB}


async def test_action_of_an_admin_is_written_down(database: Database):
    await database.run(save_action, ALICE, "rebuild", "done", at=NOON)

    assert await database.run(actions) == [(ALICE, "rebuild", "done", NOON)]


async def test_a_chosen_language_is_kept_until_the_client_is_followed_again(database: Database):
    await database.run(choose_language, ALICE, "de", at=NOON)
    await database.run(save_user, ALICE, language="fr", at=NOON)
    chosen = await database.run(manners_of, ALICE)
    await database.run(choose_language, ALICE, None, at=NOON)

    assert (chosen, await database.run(manners_of, ALICE)) == (Manners("de"), Manners())


async def test_a_stranger_has_chosen_no_language(database: Database):
    assert await database.run(manners_of, BOB) == Manners(language=None, care=True)


async def test_kind_words_can_be_switched_off(database: Database):
    await database.run(choose_care, ALICE, care=False, at=NOON)

    assert await database.run(manners_of, ALICE) == Manners(care=False)
