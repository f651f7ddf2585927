"""People by the thousand: what each of them sent, and what the bot answered to it."""

import asyncio
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from bot.localchat.chats import Chat, buttons_of
from bot.localchat.files import Files, Kind
from bot.localchat.people import send_file
from bot.localchat.server import LocalBotApi
from bot.screens.consent import CONSENT_VERSION
from tests.conftest import AGREED

MORE = re.compile(r"m:(\d+)")  # "More songs": the button names the answer that it stands under
REFUSED = ("more than I can answer soon", "a lot at once")
APOLOGY = "went wrong"
SEND_AGAIN = "did not get through to me"
KEEP_S = 86_400.0
WAIT = re.compile(r"Yours comes in about (\d+) seconds")


@dataclass(slots=True)
class Talk:
    """What was said in one chat.

    Attributes:
        sent: Seconds at which the person wrote.
        answers: Seconds at which an answer was seen first, by its number.
        promised: The second at which the answer was to come, as it was told last.
        again: Of the answers that came twice, the second at which each was seen first.
        last: What the person sent last.
        returned: How many messages the person was told to send again.
    """

    chat: Chat
    last: str = ""
    returned: int = 0
    sent: list[float] = field(default_factory=list)
    answers: dict[int, float] = field(default_factory=dict)
    again: list[float] = field(default_factory=list)
    promised: float | None = None
    others: list[str] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def open(self) -> int:
        """How many messages have no answer."""
        return len(self.sent) - len(self.answers) - self.returned

    @property
    def waits(self) -> list[float]:
        """How many seconds each answer took, where each message has one."""
        return [at - since for since, at in zip(self.sent, self.answers.values(), strict=False)]

    def count(self, *words: str) -> int:
        """Return how many other messages hold one of these."""
        return sum(any(each in text for each in words) for text in self.others)


class Crowd:
    """All who talk with the bot; one listener for all, so that many cost no more than few."""

    def __init__(self, api: LocalBotApi, database: Path | None) -> None:
        """Listen to all chats; with a file of SQLite, whoever joins has agreed to the notice."""
        self._database = database
        self._conversation = api.desk.conversation
        # As Telegram, it keeps what was sent: all of it is the same few bytes in memory.
        self._conversation.files = Files(limit_bytes=2**50, keep_s=KEEP_S)
        self._conversation.listeners.add(self._hear)
        self.talks: dict[int, Talk] = {}

    def join(self, n: int) -> list[Talk]:
        """Return the empty chats of new people."""
        talks = [Talk(self._conversation.join("Somebody")) for _ in range(n)]
        self.talks |= {talk.chat.id: talk for talk in talks}
        if self._database is None:
            return talks
        with closing(sqlite3.connect(self._database, timeout=30)) as connection, connection:
            connection.executemany(AGREED, [(talk.chat.id, CONSENT_VERSION) for talk in talks])
        return talks

    def leave(self, talk: Talk) -> None:
        """Forget a chat: the local chat keeps all, the measured bot none."""
        del self.talks[talk.chat.id], self._conversation.chats[talk.chat.id]

    def say(self, talk: Talk, words: str) -> None:
        """Let a person write."""
        talk.sent.append(perf_counter())
        talk.last = words
        self._conversation.say(talk.chat, words)

    async def show(self, talk: Talk, content: bytes, kind: Kind = Kind.PHOTO) -> None:
        """Let a person send a picture or a clip."""
        name = "selfie.jpg" if kind is Kind.PHOTO else "clip.mp4"
        await send_file(self._conversation, talk.chat, content, kind=kind, name=name)
        talk.sent.append(perf_counter())
        talk.last = name

    async def settled(self, talks: list[Talk], *, timeout_s: float) -> bool:
        """Return whether everybody has their answers, once they have or that long after."""
        try:
            async with asyncio.timeout(timeout_s):
                for talk in talks:
                    while talk.open > 0:
                        talk.changed.clear()
                        await talk.changed.wait()
        except TimeoutError:
            return False
        return True

    # Any: of JSON.
    def _hear(self, event: dict[str, Any]) -> None:
        if event["type"] not in {"message", "edit"} or not event["message"]["from"]["is_bot"]:
            return
        talk, message = self.talks.get(event["chat"]), event["message"]
        if talk is None:
            return
        found = (MORE.fullmatch(each.get("callback_data", "")) for each in buttons_of(message))
        number = next((int(each[1]) for each in found if each), None)
        if number is None:
            text = message.get("text") or message.get("caption", "")
            talk.others.append(text)
            talk.returned += SEND_AGAIN in text and talk.open > 0
            if wait := WAIT.search(text):
                talk.promised = perf_counter() + float(wait[1])
        elif number not in talk.answers:
            talk.answers[number] = perf_counter()
        elif event["type"] == "message":
            talk.again.append(talk.answers[number])
        talk.changed.set()
