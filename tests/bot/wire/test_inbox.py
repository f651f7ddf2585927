import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from telegram import Update
from telegram.ext import ApplicationBuilder, ContextTypes, TypeHandler

from bot.localchat.conversation import BOT_ID
from bot.localchat.server import LocalBotApi
from bot.storage.database import Database
from bot.storage.inbox import IncomingUpdate, StoredUpdate, depth, open_updates, store_updates
from bot.storage.tables import InboxRow
from bot.wire import lines
from bot.wire import tries as tries_module
from bot.wire.inbox import (
    BATCH,
    KEEP,
    PRUNE_EVERY,
    AnyApplication,
    Inbox,
    JsonObject,
)
from bot.wire.lanes import Lane
from bot.wire.places import Crowd
from bot.wire.requests import AiohttpRequest
from bot.wire.tries import MAX_TRIES
from bot.wire.work import current_work, keep

ALICE, BOB = 11, 12
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
Work = Callable[[Update], Awaitable[None]]


def update(number: int, user_id: int = ALICE, text: str = "hello") -> JsonObject:
    """Return a message as Telegram writes it."""
    person = {"id": user_id, "first_name": "Somebody"}
    return {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": 1_700_000_000,
            "from": {**person, "is_bot": False},
            "chat": {**person, "type": "private"},
            "text": text,
        },
    }


@asynccontextmanager
async def inbox_for(
    api: LocalBotApi,
    database: Database,
    work: Work,
    **how: Any,  # as `Inbox` takes it
) -> AsyncIterator[Inbox]:
    """Give an inbox whose updates are worked on by `work`, as one run of the program has it."""

    async def callback(found: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        await work(found)

    async def report(_: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        logging.getLogger("test").warning("reported %s", type(context.error).__name__)

    application: AnyApplication = (
        ApplicationBuilder()
        .token(api.token)
        .base_url(f"{api.base_url}/bot")
        .request(AiohttpRequest())
        .get_updates_request(AiohttpRequest())
        .updater(None)
        .job_queue(None)
        .build()
    )
    application.add_handler(TypeHandler(Update, callback))
    application.add_error_handler(report)
    async with application:
        settings: dict[str, Any] = {"clock": lambda: NOON, "concurrent_updates": 8} | how
        inbox = Inbox(application, database, **settings)
        await inbox.replay()
        yield inbox
        await inbox.drain(timeout_s=0)


def knows(session: Session, update_id: int) -> bool:
    found = select(InboxRow.id).where(InboxRow.update_id == update_id)
    return session.scalar(found) is not None


def message_id_of(found: Update) -> int:
    assert found.message is not None
    return found.message.message_id


async def waiting(database: Database) -> list[StoredUpdate]:
    return await database.run(open_updates, BOT_ID, limit=100)


async def nothing(_: Update) -> None:
    """Do nothing, at once."""


async def test_update_is_written_down_while_it_is_worked_on(api: LocalBotApi, database: Database):
    waiting: list[int] = []

    async def work(_: Update) -> None:
        waiting.append(await database.run(depth))

    async with inbox_for(api, database, work) as inbox:
        await inbox.accept([update(1)])
        await inbox.drain(timeout_s=5)

    assert waiting == [1]
    assert await database.run(depth) == 0


async def test_update_that_comes_twice_is_worked_on_once(api: LocalBotApi, database: Database):
    seen: list[int] = []

    async def work(found: Update) -> None:
        seen.append(message_id_of(found))

    async with inbox_for(api, database, work) as inbox:
        await inbox.accept([update(2), update(2)])
        await inbox.accept([update(2)])
        await inbox.drain(timeout_s=5)
        await inbox.accept([update(2), update(1)])
        await inbox.drain(timeout_s=5)

    assert seen == [2, 1]


async def test_one_persons_updates_keep_their_order(api: LocalBotApi, database: Database):
    ended: list[int] = []

    async def work(found: Update) -> None:
        await asyncio.sleep(0.02 if found.update_id % 2 else 0)
        ended.append(found.update_id)

    async with inbox_for(api, database, work) as inbox:
        await inbox.accept([update(number) for number in range(1, 5)])
        await inbox.accept([update(number) for number in range(5, 9)])
        await inbox.drain(timeout_s=5)

    assert ended == list(range(1, 9))


async def test_slow_update_does_not_hold_up_another_person(api: LocalBotApi, database: Database):
    bob_is_done = asyncio.Event()

    async def work(found: Update) -> None:
        if found.update_id == 1:
            await bob_is_done.wait()  # for ever, were Bob's update behind this one
        else:
            bob_is_done.set()

    async with inbox_for(api, database, work) as inbox:
        await inbox.accept([update(1, ALICE), update(2, BOB)])
        await inbox.drain(timeout_s=5)

    assert await database.run(depth) == 0


async def test_no_more_people_are_served_at_once_than_set(api: LocalBotApi, database: Database):
    at_work, most = 0, 0

    async def work(_: Update) -> None:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        await asyncio.sleep(0.01)
        at_work -= 1

    async with inbox_for(api, database, work, concurrent_updates=3) as inbox:
        await inbox.accept([update(number, user_id=number) for number in range(1, 13)])
        await inbox.drain(timeout_s=5)

    assert most == 3


async def test_waits_for_room_before_more_is_fetched(
    api: LocalBotApi, database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(lines, "MOST_PEOPLE", 5)
    go_on = asyncio.Event()

    async def work(_: Update) -> None:
        await go_on.wait()

    async with inbox_for(api, database, work, concurrent_updates=1) as inbox:
        await inbox.accept([update(number, user_id=number) for number in range(1, 7)])
        waiting = asyncio.create_task(inbox.room())
        await asyncio.sleep(0.05)
        waited = not waiting.done()
        go_on.set()
        await asyncio.wait_for(waiting, 5)
        await inbox.drain(timeout_s=5)

    assert waited


async def test_thousands_of_updates_of_one_person_are_no_bar_to_another(
    api: LocalBotApi, database: Database
):
    seen: list[int] = []
    go_on = asyncio.Event()

    async def work(found: Update) -> None:
        assert found.effective_user is not None
        if found.effective_user.id == BOB:
            go_on.set()
        else:
            await go_on.wait()
            seen.append(found.update_id)

    async with inbox_for(api, database, work, concurrent_updates=2) as inbox:
        for first in range(1, 1_001, BATCH):
            await inbox.accept([update(number) for number in range(first, first + BATCH)])
            await asyncio.wait_for(inbox.room(), 1)
        await inbox.accept([update(2_000, BOB)])
        await asyncio.wait_for(go_on.wait(), 5)
        await inbox.accept([update(3_000)])
        await inbox.drain(timeout_s=30)

    assert len(seen) == 1_001
    assert seen == sorted(seen)
    assert await database.run(depth) == 0


async def test_what_a_crash_left_is_worked_on_at_the_next_start(
    api: LocalBotApi, database: Database
):
    seen: list[str | None] = []

    async def hang(_: Update) -> None:
        await asyncio.Event().wait()

    async def work(found: Update) -> None:
        assert found.message is not None
        seen.append(found.message.text)

    async with inbox_for(api, database, hang) as inbox:
        await inbox.accept(
            [update(1, text="one 🎵"), update(2, text="two"), update(3, BOB, "three")]
        )
        await asyncio.sleep(0.05)  # Alice's first and Bob's are begun, Alice's second is not
    async with inbox_for(api, database, work) as inbox:
        await inbox.accept([update(2, text="two")])  # Telegram sends again what it is unsure of
        await inbox.drain(timeout_s=5)

    assert sorted(text for text in seen if text) == ["one 🎵", "three", "two"]
    assert [text for text in seen if text != "three"] == ["one 🎵", "two"]
    assert await database.run(depth) == 0


async def test_failing_handler_is_reported_and_not_repeated(
    api: LocalBotApi, database: Database, caplog: pytest.LogCaptureFixture
):
    async def work(_: Update) -> None:
        raise LookupError

    async with inbox_for(api, database, work) as inbox:
        await inbox.accept([update(1)])
        await inbox.drain(timeout_s=5)

    assert "reported LookupError" in caplog.text
    assert await waiting(database) == []


async def test_update_the_library_cannot_read_harms_no_other(
    api: LocalBotApi, database: Database, caplog: pytest.LogCaptureFixture
):
    seen: list[int] = []
    strange = update(1, text="private words")
    strange["message"]["date"] = "yesterday"

    async def work(found: Update) -> None:
        seen.append(message_id_of(found))

    async with inbox_for(api, database, work) as inbox:
        await inbox.accept([strange, update(2)])
        await inbox.drain(timeout_s=5)

    assert seen == [2]
    assert "update_unreadable id=1" in caplog.text
    assert "private words" not in caplog.text
    assert await waiting(database) == []


async def test_updates_without_a_person_are_worked_on_too(api: LocalBotApi, database: Database):
    seen: list[int] = []
    from_channel = update(1)
    del from_channel["message"]["from"]

    async def work(found: Update) -> None:
        seen.append(found.update_id)

    async with inbox_for(api, database, work) as inbox:
        await inbox.accept([from_channel])
        await inbox.drain(timeout_s=5)

    assert seen == [1]


async def test_drain_gives_the_time_that_is_set_and_no_more(api: LocalBotApi, database: Database):
    async def work(found: Update) -> None:
        await asyncio.sleep(0.05 if found.update_id == 1 else 60)

    async with inbox_for(api, database, work) as inbox:
        await inbox.accept([update(1, ALICE), update(2, BOB)])
        await asyncio.wait_for(inbox.drain(timeout_s=0.5), 5)

    [left] = await waiting(database)
    assert json.loads(left.payload) == update(2, BOB)


async def test_old_updates_are_forgotten_while_it_runs(api: LocalBotApi, database: Database):
    now = NOON
    kept: list[bool] = []

    async with inbox_for(api, database, nothing, clock=lambda: now) as inbox:
        await inbox.accept([update(1)])
        await inbox.drain(timeout_s=5)
        for now in (NOON + KEEP, NOON + KEEP + PRUNE_EVERY):  # noqa: B007 - the clock reads it
            await inbox.accept([])
            kept.append(await database.run(knows, 1))

    assert kept == [True, False]


async def test_drained_inbox_holds_nobody(api: LocalBotApi, database: Database):
    async with inbox_for(api, database, nothing) as inbox:
        await inbox.accept([update(number, user_id=number) for number in range(1, 50)])
        await inbox.drain(timeout_s=5)
        await asyncio.sleep(0)

        assert len(inbox) == 0


async def test_an_update_that_ends_every_run_is_given_up_and_reported(
    api: LocalBotApi,
    database: Database,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(tries_module, "SUSPECT_DELAY_S", 0.001)

    async def end_the_program(_: Update) -> None:
        raise asyncio.CancelledError  # as far as this row can tell

    for _ in range(MAX_TRIES + 2):
        async with inbox_for(api, database, end_the_program) as inbox:
            await inbox.accept([update(1)])
            await asyncio.sleep(0.05)
            inbox._tries._counted.clear()  # nobody was there to take the try back

    assert "reported GivenUpError" in caplog.text
    assert await waiting(database) == []


async def test_an_update_that_only_waited_counts_no_try(api: LocalBotApi, database: Database):
    seen: list[int] = []

    async def hang(_: Update) -> None:
        await asyncio.Event().wait()

    async def work(found: Update) -> None:
        seen.append(found.update_id)

    for _ in range(2 * MAX_TRIES):
        async with inbox_for(api, database, hang, concurrent_updates=1) as inbox:
            await inbox.accept([update(1), update(2), update(3, BOB)])
            await asyncio.sleep(0.02)
    async with inbox_for(api, database, work) as inbox:
        await inbox.drain(timeout_s=5)

    assert len(seen) == 3


async def test_what_the_work_led_to_is_kept_with_its_end(api: LocalBotApi, database: Database):
    open_then: list[int] = []

    async def work(_: Update) -> None:
        await keep(database, lambda session: open_then.append(depth(session)))

    async with inbox_for(api, database, work) as inbox:
        await inbox.accept([update(1)])
        await inbox.drain(timeout_s=5)

    assert open_then == [1]
    assert await database.run(depth) == 0


async def test_an_update_that_is_put_off_is_worked_on_again_before_the_next(
    api: LocalBotApi, database: Database
):
    seen: list[str | None] = []

    async def work(found: Update) -> None:
        assert found.message is not None
        seen.append(found.message.text)
        at_hand = current_work()
        if len(seen) == 1 and at_hand:
            at_hand.retry_after_s = 0.0

    async with inbox_for(api, database, work) as inbox:
        await inbox.accept([update(1, text="one"), update(2, text="two")])
        await inbox.drain(timeout_s=5)

    assert seen == ["one", "one", "two"]


async def test_updates_without_a_number_do_not_end_the_bot(
    api: LocalBotApi, database: Database, caplog: pytest.LogCaptureFixture
):
    seen: list[int] = []

    async def work(found: Update) -> None:
        seen.append(found.update_id)

    async with inbox_for(api, database, work) as inbox:
        await inbox.accept(
            [None, {"message": {}}, {"update_id": "5"}, {"update_id": 2**64}, update(1)]
        )
        await inbox.drain(timeout_s=5)

    assert len(seen) == 1
    assert caplog.text.count("update_without_number") == 4


async def test_another_bots_updates_have_numbers_of_their_own(api: LocalBotApi, database: Database):
    incoming = [IncomingUpdate(1, ALICE, "{}")]
    await database.run(store_updates, incoming, bot_id=1, at=NOON)
    seen: list[int] = []

    async def work(found: Update) -> None:
        seen.append(found.update_id)

    async with inbox_for(api, database, work) as inbox:
        await inbox.accept([update(1)])
        await inbox.drain(timeout_s=5)

    assert len(seen) == 1


async def crowded(
    api: LocalBotApi, database: Database, monkeypatch: pytest.MonkeyPatch, *, wait_s: float
) -> tuple[list[str], list[int | None]]:
    """Let two people come where one would wait so long; return what they hear and are shown."""
    heard: list[str] = []
    lines_shown: list[int | None] = []

    async def tell(found: Update, _: int | None, seconds: float) -> int:
        assert found.message is not None
        heard.append(f"{found.message.text} waits {seconds:.0f}")
        return 77

    async def refuse(found: Update, seconds: float) -> None:
        assert found.message is not None
        heard.append(f"{found.message.text} refused {seconds:.0f}")

    async def work(found: Update) -> None:
        at_hand = current_work()
        assert found.message is not None
        assert at_hand is not None
        heard.append(f"{found.message.text} answered")
        lines_shown.append(at_hand.message_id)

    monkeypatch.setattr(Lane, "seconds_for", lambda *_: wait_s)
    async with inbox_for(api, database, work) as inbox:
        inbox._places._crowd = Crowd(tell, refuse)
        await inbox.accept([update(1, text="one")])
        await inbox.drain(timeout_s=5)
    return heard, lines_shown


async def test_who_waits_long_hears_how_long_and_the_answer_takes_that_place(
    api: LocalBotApi, database: Database, monkeypatch: pytest.MonkeyPatch
):
    heard, lines_shown = await crowded(api, database, monkeypatch, wait_s=8)

    assert heard == ["one waits 8", "one answered"]
    assert lines_shown == [77]


async def test_who_would_wait_too_long_is_told_when_to_come_again(
    api: LocalBotApi, database: Database, monkeypatch: pytest.MonkeyPatch
):
    heard, _ = await crowded(api, database, monkeypatch, wait_s=25)

    assert heard == ["one refused 25"]
    assert await waiting(database) == []


async def test_who_is_next_hears_nothing_of_a_wait(
    api: LocalBotApi, database: Database, monkeypatch: pytest.MonkeyPatch
):
    heard, lines_shown = await crowded(api, database, monkeypatch, wait_s=0.3)

    assert heard == ["one answered"]
    assert lines_shown == [None]


async def test_pictures_in_the_making_do_not_hold_up_words(api: LocalBotApi, database: Database):
    words_done = asyncio.Event()

    async def work(found: Update) -> None:
        assert found.message is not None
        if found.message.photo:
            await words_done.wait()
        else:
            words_done.set()

    size = {"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}
    pictures = [update(number, user_id=number) for number in range(1, 50)]
    for picture in pictures:
        picture["message"]["photo"] = [size]
    async with inbox_for(api, database, work, concurrent_updates=4) as inbox:
        await inbox.accept([*pictures, update(50, user_id=50)])
        await asyncio.wait_for(words_done.wait(), 5)
        await inbox.drain(timeout_s=5)

    assert await database.run(depth) == 0
