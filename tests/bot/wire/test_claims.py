"""An inbox that several workers share, seen from one of them: on a PostgreSQL server."""

import asyncio

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from telegram import Update

from bot.localchat.server import LocalBotApi
from bot.storage.claims import Hands, Worker, claim_updates
from bot.storage.database import Database
from bot.storage.inbox import depth
from bot.storage.tables import InboxRow
from bot.storage.waits import Waiting
from bot.wire import claims
from bot.wire import tries as tries_module
from bot.wire.inbox import JsonObject
from bot.wire.tries import SUSPECT
from bot.wire.work import current_work
from tests.bot.wire.test_inbox import ALICE, BOB, inbox_for, nothing, update
from tests.conftest import until

CAROL = 13


def picture(number: int, user_id: int) -> JsonObject:
    found = update(number, user_id)
    size = {"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}
    found["message"]["photo"] = [size]
    return found


async def test_what_is_put_off_holds_no_hand(api: LocalBotApi, postgresql: Database) -> None:
    seen: list[int] = []

    async def work(found: Update) -> None:
        assert found.effective_user is not None
        seen.append(found.effective_user.id)
        at_hand = current_work()
        if seen == [ALICE] and at_hand:
            at_hand.retry_after_s = 3600.0

    news = asyncio.Event()
    async with inbox_for(api, postgresql, work, concurrent_updates=1, news=news) as inbox:
        await inbox.accept([update(1, ALICE), update(2, BOB), update(3, CAROL)])
        news.set()
        await until(lambda: len(seen) == 3)

    assert seen == [ALICE, BOB, CAROL]
    assert await postgresql.run(depth) == 1


async def test_what_is_due_again_is_worked_on(api: LocalBotApi, postgresql: Database) -> None:
    seen: list[int] = []

    async def work(found: Update) -> None:
        seen.append(found.update_id)
        at_hand = current_work()
        if len(seen) == 1 and at_hand:
            at_hand.retry_after_s = 0.0

    news = asyncio.Event()
    async with inbox_for(api, postgresql, work, news=news) as inbox:
        await inbox.accept([update(1), update(2)])
        news.set()
        await until(lambda: len(seen) == 3)

    assert seen == [seen[0], seen[0], seen[0] + 1]


async def test_what_another_has_claimed_is_left_to_them(
    api: LocalBotApi,
    postgresql: Database,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(claims, "RENEW_S", 0.05)
    begun, ended = asyncio.Event(), asyncio.Event()

    async def work(_: Update) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    news = asyncio.Event()
    async with inbox_for(api, postgresql, work, news=news) as inbox:
        await inbox.accept([update(1)])
        news.set()
        await asyncio.wait_for(begun.wait(), 10)
        taken = text("UPDATE inbox SET worker = 'another', leased_until = now() + interval '9 s'")
        await postgresql.run(lambda session: session.execute(taken))
        await asyncio.wait_for(ended.wait(), 10)

    assert "update_lost id=1" in caplog.text
    assert await postgresql.run(worker_of) == "another"


def worker_of(session: Session) -> str | None:
    return session.scalar(select(InboxRow.worker))


async def test_leases_are_renewed_while_the_last_work_is_done(
    api: LocalBotApi, postgresql: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "RENEW_S", 0.05)
    go_on, other = asyncio.Event(), Worker("other", 7)
    begun = asyncio.Event()

    async def work(_: Update) -> None:
        begun.set()
        await go_on.wait()

    news = asyncio.Event()
    async with inbox_for(api, postgresql, work, news=news) as inbox:
        await inbox.accept([update(1)])
        news.set()
        await asyncio.wait_for(begun.wait(), 10)
        draining = asyncio.create_task(inbox.drain(timeout_s=60))
        await asyncio.sleep(0)
        late = text("UPDATE inbox SET leased_until = now() - interval '1 s' RETURNING leased_until")
        await postgresql.run(lambda session: session.execute(late))
        await asyncio.sleep(0.5)
        mine = await postgresql.run(is_held)
        go_on.set()
        await draining

    assert mine
    assert await postgresql.run(claim_updates, other, Hands(9, 9)) == []


def is_held(session: Session) -> bool:
    return bool(session.scalar(text("SELECT leased_until > now() FROM inbox")))


async def test_pictures_take_no_hands_from_words(api: LocalBotApi, postgresql: Database) -> None:
    words_done = asyncio.Event()

    async def work(found: Update) -> None:
        assert found.message is not None
        if found.message.photo:
            await words_done.wait()
        else:
            words_done.set()

    news = asyncio.Event()
    async with inbox_for(api, postgresql, work, concurrent_updates=4, news=news) as inbox:
        pictures = [picture(number, user_id=number) for number in range(1, 30)]
        await inbox.accept([*pictures, update(50, user_id=50)])
        news.set()
        await asyncio.wait_for(words_done.wait(), 10)


async def test_suspects_are_worked_on_one_at_a_time(
    api: LocalBotApi, postgresql: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tries_module, "SUSPECT_DELAY_S", 0.01)
    at_work, most, n = 0, 0, 0

    async def work(_: Update) -> None:
        nonlocal at_work, most, n
        at_work, n = at_work + 1, n + 1
        most = max(most, at_work)
        await asyncio.sleep(0.02)
        at_work -= 1

    async with inbox_for(api, postgresql, nothing) as inbox:
        inbox._begun = False  # these are written down only
        await inbox.accept([update(number, user_id=number) for number in range(1, 6)])
    tried = text("UPDATE inbox SET tries = :n")
    await postgresql.run(lambda session: session.execute(tried, {"n": SUSPECT}))
    news = asyncio.Event()
    async with inbox_for(api, postgresql, work, news=news):
        await until(lambda: n == 5)

    assert most == 1


@pytest.mark.parametrize(
    ("ahead", "open_", "workers", "wait_s"),
    [
        ({"STILL": 100, "WORDS": 0, "CLIP": 0}, {"STILL": 200, "WORDS": 0, "CLIP": 0}, 1, 3.0),
        ({"STILL": 100, "WORDS": 0, "CLIP": 0}, {"STILL": 200, "WORDS": 0, "CLIP": 0}, 2, 1.5),
        ({"STILL": 0, "WORDS": 50, "CLIP": 10}, {"STILL": 0, "WORDS": 50, "CLIP": 10}, 1, 4.0),
        ({"STILL": 100, "WORDS": 0, "CLIP": 0}, {"STILL": 100, "WORDS": 900, "CLIP": 0}, 1, 6.0),
    ],
)
async def test_a_wait_is_the_work_before_it_shared_by_the_workers(  # noqa: PLR0913, PLR0917 - parts
    api: LocalBotApi,
    postgresql: Database,
    ahead: dict[str, int],
    open_: dict[str, int],
    workers: int,
    wait_s: float,
) -> None:
    async with inbox_for(api, postgresql, nothing) as inbox:
        found = inbox._places.wait_of(Waiting(1, "STILL", False, ahead, open_, workers))

    assert found == pytest.approx(wait_s)
