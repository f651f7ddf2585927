"""More people than two bots on one PostgreSQL database have hands for: each hears how long."""

import asyncio
import re
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter

import pytest

from bot.localchat.driver import Person
from bot.localchat.faults import BotFault
from bot.localchat.heard import ChatMessage
from bot.localchat.server import LocalBotApi
from bot.localchat.wire import JsonObject
from bot.services import Services
from bot.storage.inbox import depth
from bot.wire import lanes, waits
from tests.bot.test_several import worker
from tests.conftest import has_songs, until
from tests.soak.bots import BotProcess

PEOPLE = 60
PATIENCE_S = 120
WAIT, FULL = re.compile(r"Yours comes in about (\d+) seconds"), "more than I can answer soon"


@dataclass
class Heard:
    """What one person heard of a wait: the second, and the seconds they were told."""

    person: Person
    promises: list[tuple[float, float]] = field(default_factory=list)
    answered_at: float = 0.0

    def listen(self, event: JsonObject) -> None:
        if event.get("chat") != self.person.id or event["type"] not in {"message", "edit"}:
            return
        if found := WAIT.search(event["message"].get("text", "")):
            self.promises.append((perf_counter(), float(found[1])))
        elif not self.answered_at and any(map(has_songs, bots_of(self.person))):
            self.answered_at = perf_counter()


def bots_of(person: Person) -> list[ChatMessage]:
    return [message for message in person.messages if message.by_bot]


async def struck_off(services: Services) -> None:
    """Return once nothing waits in the inbox."""
    async with asyncio.timeout(PATIENCE_S):
        while await services.database.run(depth):  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.05)


@pytest.fixture
async def slow(api: LocalBotApi, monkeypatch: pytest.MonkeyPatch) -> LocalBotApi:
    """A Telegram that takes its time; a bot soon believes what it measures."""
    monkeypatch.setattr(lanes, "PRIOR_S", 0.01)
    for method in ("sendMessage", "editMessageText"):
        api.faults.add(BotFault(method, delay_s=0.5, times=10_000))
    return api


async def crowd(api: LocalBotApi, n: int) -> list[Heard]:
    """Let so many people write at one moment."""
    people = [Heard(api.person(f"P{number}")) for number in range(n)]
    for each in people:
        api.desk.conversation.listeners.add(each.listen)
    for each in people:
        await each.person.say("sad")
    return people


def count(person: Person, words: str = "") -> int:
    """Return how many messages of the bot hold these words; without any, how many hold songs."""
    messages = bots_of(person)
    return sum(words in each.text if words else has_songs(each) for each in messages)


async def test_who_waits_is_told_how_long_and_answered_once_in_that_place(
    slow: LocalBotApi, postgresql_url: str, graph_dir: Path
) -> None:
    async with AsyncExitStack() as stack:
        services, _ = [
            await stack.enter_async_context(
                worker(slow, postgresql_url, graph_dir, concurrent_updates=2)
            )
            for _ in range(2)
        ]
        people = await crowd(slow, PEOPLE)
        await until(lambda: all(count(each.person) for each in people), timeout_s=PATIENCE_S)
        await struck_off(services)

    told = [each for each in people if each.promises]
    came_true = [(each.answered_at - at) / wait_s for each in told for at, wait_s in each.promises]
    assert all(each in told for each in people[-PEOPLE // 8 :])  # whoever came last
    assert 1 / 4 < median(came_true) < 3
    assert [count(each.person) for each in people] == [1] * PEOPLE
    assert [len(bots_of(each.person)) for each in told] == [1] * len(told)  # the line is gone


async def test_who_comes_too_late_is_sent_away_with_a_time_and_nobody_before(
    slow: LocalBotApi,
    postgresql_url: str,
    graph_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(waits, "TOO_LONG_S", 5.0)
    async with AsyncExitStack() as stack:
        for _ in range(2):
            await stack.enter_async_context(
                worker(slow, postgresql_url, graph_dir, concurrent_updates=1)
            )
        people = await crowd(slow, PEOPLE)
        await until(
            lambda: all(count(each.person) + count(each.person, FULL) for each in people),
            timeout_s=PATIENCE_S,
        )

    refused = [n for n, each in enumerate(people) if count(each.person, FULL)]
    answered = [n for n, each in enumerate(people) if count(each.person)]
    assert len(refused) > PEOPLE / 4
    assert refused == list(range(len(answered), PEOPLE))
    assert all(
        re.search(r"in about \d+ seconds", bots_of(people[n].person)[-1].text) for n in refused
    )


@pytest.mark.slow
async def test_a_worker_that_dies_when_it_has_told_takes_nobodys_answer_along(
    api: LocalBotApi, postgresql_url: str, graph_dir: Path
) -> None:
    for method in ("sendMessage", "editMessageText"):
        api.faults.add(BotFault(method, delay_s=0.5, times=10_000))
    people = await crowd(api, PEOPLE)
    few = {"BOT_CONCURRENT_UPDATES": "1"}

    dying = await BotProcess.begin(api, postgresql_url, graph_dir, dies_at="call let_go", **few)
    assert await dying.ended() == -9
    api.faults.clear()
    async with worker(api, postgresql_url, graph_dir) as services:
        await until(lambda: all(count(each.person) for each in people), timeout_s=PATIENCE_S)
        await struck_off(services)

    assert any(each.promises for each in people)
    assert sum(count(each.person) for each in people) <= PEOPLE + 1  # one was in hand
