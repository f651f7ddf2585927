"""Ten people tapping at random, in all languages: nothing stays unanswered, nothing breaks.

Longer: `MONKEY_S=600 pytest tests/bot/test_monkey.py -s` prints its figures; `MONKEY_SEED` gives
another run.
"""

import asyncio
import logging
import os
import random
import time
from collections import Counter
from dataclasses import dataclass, field

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.localchat.chats import buttons_of
from bot.localchat.driver import Person
from bot.localchat.errors import PressError, WaitError
from tests.conftest import Running, StartBot, settled
from tests.drawing import draw_face

SECONDS = float(os.environ.get("MONKEY_S", "10"))
SEED = int(os.environ.get("MONKEY_SEED", "1"))
LANGUAGES = ("en", "de", "es", "fr", "pt", "hi", "ru", "ar", "ja", "xx")
COMMANDS = (
    *("start", "help", "mood", "settings", "history", "export", "model"),
    *("privacy", "forget", "cancel", "mirror", "nothing"),
)
WORDS = (
    *("sad", "müde", "triste", "грустно", "悲しい", "حزين", "दुखी", "happy", "😡", "calm 80s"),
    *("play something by Queen", "more like this", "<b>&", "\u202e x", "a" * 4000, "0"),
)
PATIENCE_S = 60.0


@dataclass(slots=True)
class Monkey:
    """Somebody who taps at random.

    Attributes:
        done: What they did, by kind.
        pressed: How many buttons they pressed that were there.
        late: Presses that were not answered within `PATIENCE_S`.
        slowest_s: The longest that an answer to a press took.
    """

    person: Person
    rng: random.Random
    done: Counter[str] = field(default_factory=Counter)
    pressed: int = 0
    late: list[str] = field(default_factory=list)
    slowest_s: float = 0.0

    async def tap(self) -> None:
        """Do one thing: most often press a button that is there."""
        kind = self.rng.choices(("press", "say", "command", "picture"), (12, 3, 3, 1))[0]
        self.done[kind] += 1
        match kind:
            case "press":
                await self._press()
            case "say":
                await self.person.say(self.rng.choice(WORDS))
            case "command":
                await self.person.say(f"/{self.rng.choice(COMMANDS)}")
            case _:
                await self.person.send_picture(draw_face())

    async def _press(self) -> None:
        chat = self.person.chat
        found = [
            (number, button["callback_data"])
            for number, message in list(chat.messages.items())[-12:]
            for button in buttons_of(message)
            if "callback_data" in button
        ]
        if not found:
            await self.person.say("/start")
            return
        number, data = self.rng.choice(found)
        begun = time.perf_counter()
        self.pressed += 1
        try:
            await self.person.press(data, under=number, timeout_s=PATIENCE_S)
        except PressError:  # the message changed meanwhile
            self.pressed -= 1
            return
        except WaitError:
            self.late.append(data)
        self.slowest_s = max(self.slowest_s, time.perf_counter() - begun)


def orphans(session: Session) -> list[str]:
    """Return rows that point to nothing."""
    return [str(row) for row in session.execute(text("PRAGMA foreign_key_check"))]


async def live(monkey: Monkey, until: float) -> None:
    while time.perf_counter() < until:
        await monkey.tap()
        await asyncio.sleep(monkey.rng.random() * 0.3)


def errors_in(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR]


async def settle(running: Running) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                await settled(running)
            except TimeoutError:
                continue
            return


async def test_ten_people_tapping_at_random_leave_nothing_behind(
    start_bot: StartBot, caplog: pytest.LogCaptureFixture
) -> None:
    async with start_bot() as running:
        monkeys = [
            Monkey(running.api.person(f"Monkey {n}", language=language), random.Random(SEED + n))
            for n, language in enumerate(LANGUAGES)
        ]

        until = time.perf_counter() + SECONDS
        await asyncio.gather(*(live(monkey, until) for monkey in monkeys))
        await settle(running)

        done = sum((monkey.done for monkey in monkeys), Counter[str]())
        slowest = max(monkey.slowest_s for monkey in monkeys)
        late = [data for monkey in monkeys for data in monkey.late]
        print(f"{dict(done)}, slowest answer {slowest:.1f} s, after {PATIENCE_S:.0f} s: {late}")
        assert [len(m.person.answers) for m in monkeys] == [m.pressed for m in monkeys]
        assert errors_in(caplog) == []
        assert await running.services.database.run(orphans) == []
