"""A person played by a program: writes, sends, presses, and waits for what the bot does."""

import asyncio
from collections.abc import Callable

from bot.localchat.chats import Chat, find_button
from bot.localchat.conversation import Conversation
from bot.localchat.errors import WaitError
from bot.localchat.files import Kind
from bot.localchat.heard import Answer, ChatMessage
from bot.localchat.people import send_card, send_file
from bot.localchat.wire import JsonObject

PATIENCE_S = 10.0


class Person:
    """One person in a chat with the bot: their own, or a group.

    Waiting goes forward: a message that was waited for once is not found again, and one that
    came before the wait began is found.
    """

    def __init__(
        self, conversation: Conversation, chat: Chat, *, user: JsonObject | None = None
    ) -> None:
        self.chat = chat
        self.user = user or chat.user
        self.actions: list[str] = []
        self.answers: list[Answer] = []
        self.last_query = ""
        self._conversation = conversation
        self._last_seen = max(chat.messages, default=0)
        self._by_query: dict[str, Answer] = {}
        self._offers: dict[str, list[JsonObject]] = {}
        self._changed = asyncio.Event()
        conversation.listeners.add(self._hear)

    @property
    def id(self) -> int:
        """The person's number, which is also that of their own chat."""
        return int(self.user["id"])

    def within(self, group: Chat) -> "Person":
        """Return the same person as they write in a group."""
        return Person(self._conversation, group, user=self.user)

    @property
    def messages(self) -> list[ChatMessage]:
        """All messages of the chat as they are now, oldest first."""
        return [ChatMessage.of(raw) for raw in self.chat.messages.values()]

    async def say(self, text: str, *, to: int | None = None) -> int:
        """Write `text`, as a reply where that is wanted; return the number of the message."""
        message = self._conversation.say(self.chat, text, by=self.user, to=to)
        return int(message["message_id"])

    def change(self, message_id: int, text: str) -> None:
        """Put other words in the place of those of a message of theirs."""
        self._conversation.change(self.chat, message_id, text, by=self.user)

    async def send_picture(
        self,
        content: bytes,
        *,
        as_document: bool = False,
        name: str = "picture.jpg",
        caption: str = "",
    ) -> int:
        """Send a picture; return the number of the message.

        Raises:
            RefusedError: Telegram would not take it as a photo; send it as a document.
        """
        kind = Kind.DOCUMENT if as_document else Kind.PHOTO
        return await self._send(content, kind, name, caption)

    async def send_clip(self, content: bytes, *, kind: str = "video", name: str = "") -> int:
        """Send a clip as `video`, `video_note`, `animation` or `document`; return its number."""
        return await self._send(content, Kind(kind), name or "clip.mp4")

    async def send_document(self, content: bytes, *, name: str) -> int:
        """Send any file; return the number of the message."""
        return await self._send(content, Kind.DOCUMENT, name)

    async def press(
        self, button: str, *, under: int | None = None, timeout_s: float = PATIENCE_S
    ) -> Answer:
        """Press a button and return what the bot answers.

        Args:
            button: Its data, its label, or the beginning of its label.
            under: The number of the message; without it the newest that has such a button.
            timeout_s: How long the bot may take to answer.
        """
        query_id = self.press_only(button, under=under)
        await self._until(lambda: query_id in self._by_query, f"answer to {button!r}", timeout_s)
        return self._by_query[query_id]

    def press_only(self, button: str, *, under: int | None = None) -> str:
        """Press a button without waiting for the answer; return the number of the query.

        Raises:
            PressError: There is no such button.
        """
        message_id, data = find_button(self.chat, button, under)
        return self._conversation.press(self.chat, message_id, data, by=self.user)

    async def ask_inline(self, text: str, *, timeout_s: float = PATIENCE_S) -> list[JsonObject]:
        """Type the bot's name and `text` into some chat; return the cards that the bot offers."""
        query_id = self._conversation.ask(self.chat, text, by=self.user)
        await self._until(lambda: query_id in self._offers, f"cards for {text!r}", timeout_s)
        self.last_query = query_id
        return self._offers[query_id]

    async def send_card(self, result_id: str) -> int:
        """Send one of the cards of the last inline query; return the number of the message."""
        sent = send_card(self._conversation, self.chat, self.last_query, result_id, by=self.user)
        return int(sent["message_id"])

    async def wait_for_message(
        self,
        containing: str = "",
        *,
        suits: Callable[[ChatMessage], bool] = lambda _: True,
        timeout_s: float = PATIENCE_S,
    ) -> ChatMessage:
        """Return the bot's next message with these words that suits."""

        def following() -> list[ChatMessage]:
            return [
                message
                for message in self.messages
                if message.by_bot and message.id > self._last_seen
                if containing in message.text and suits(message)
            ]

        await self._until(lambda: bool(following()), f"message with {containing!r}", timeout_s)
        found = following()[0]
        self._last_seen = found.id
        return found

    async def wait_until(
        self, condition: Callable[[ChatMessage], bool], *, timeout_s: float = PATIENCE_S
    ) -> ChatMessage:
        """Return the newest of the bot's messages, edited ones included, once one suits."""

        def suiting() -> list[ChatMessage]:
            return [m for m in self.messages if m.by_bot and condition(m)]

        await self._until(lambda: bool(suiting()), "message that suits", timeout_s)
        return suiting()[-1]

    async def _send(self, content: bytes, kind: Kind, name: str, caption: str = "") -> int:
        message = await send_file(
            self._conversation,
            self.chat,
            content,
            kind=kind,
            name=name,
            caption=caption,
            by=self.user,
        )
        return int(message["message_id"])

    async def _until(self, reached: Callable[[], bool], what: str, timeout_s: float) -> None:
        try:
            async with asyncio.timeout(timeout_s):
                while not reached():
                    await self._changed.wait()
        except TimeoutError:
            said = [message.text for message in self.messages if message.by_bot]
            raise WaitError(f"no {what} in {timeout_s} s; the bot said {said}") from None

    def _hear(self, event: JsonObject) -> None:
        if event.get("chat") != self.chat.id:
            return
        if event["type"] == "action":
            self.actions.append(event["action"])
        elif event["type"] == "inline":
            self._offers[event["query_id"]] = event["results"]
        elif event["type"] == "answer":
            answer = Answer(event["text"], event["show_alert"], event["url"])
            self.answers.append(answer)
            self._by_query[event["query_id"]] = answer
        self._changed.set()
        self._changed = asyncio.Event()
