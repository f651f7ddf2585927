"""Who talks with the bot, and what was said: the state of one local chat."""

import itertools
from collections.abc import Callable
from datetime import datetime

from bot.localchat.chats import Chat, buttons_of, first_number, quoting, reaches_bot
from bot.localchat.entities import parse
from bot.localchat.errors import PressError, bad_request
from bot.localchat.files import Files
from bot.localchat.updates import Updates
from bot.localchat.wire import JsonObject

# Above 32 bits, like the ids of people who joined Telegram lately: what stores them must cope.
FIRST_PERSON_ID = 7_000_000_001
FIRST_GROUP_ID = -1_002_000_000_001
BOT_ID = 5_000_000_001
MESSAGES_PER_CHAT = 2_000
QUERIES_KEPT = 1_000
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"

Listener = Callable[[JsonObject], None]


class Conversation:
    """All chats with one bot, the updates they cause, and everyone who watches them."""

    def __init__(
        self, bot_name: str, *, updates: Updates, files: Files, now: Callable[[], datetime]
    ) -> None:
        self.bot: JsonObject = {"id": BOT_ID, "is_bot": True, "first_name": bot_name}
        self.bot["username"] = f"{''.join(filter(str.isalnum, bot_name)).lower()}_local_bot"
        self.chats: dict[int, Chat] = {}
        self.updates, self.files = updates, files
        self.listeners: set[Listener] = set()
        self._now = now
        self._message_ids = itertools.count(first_number(now()))
        self._query_ids = itertools.count(first_number(now()))
        self._people_ids = itertools.count(FIRST_PERSON_ID)
        self._group_ids = itertools.count(FIRST_GROUP_ID, -1)
        self._queries: dict[str, tuple[int, int]] = {}
        self._offers: dict[str, list[JsonObject]] = {}

    def join(self, name: str, *, language: str = "en") -> Chat:
        """Return the empty chat of a new person."""
        user: JsonObject = {"id": next(self._people_ids), "is_bot": False, "first_name": name}
        chat = self.chats[user["id"]] = Chat(user | {"language_code": language})
        self.tell({"type": "person", "person": chat.user})
        return chat

    def gather(self, title: str) -> Chat:
        """Return a new group, in which everybody and the bot can write."""
        group = Chat({"id": next(self._group_ids), "first_name": title})
        self.chats[group.id] = group
        self.tell({"type": "group", "group": group.user})
        return group

    def rename(self, chat: Chat, name: str) -> None:
        """Call the person or the group `name` from now on."""
        chat.user = chat.user | {"first_name": name}
        kind = "group" if chat.is_group else "person"
        self.tell({"type": kind, kind: chat.user})

    def chat(self, chat_id: int) -> Chat:
        """Return a chat by its number; Raises RefusedError when nobody has it."""
        if chat_id not in self.chats:
            raise bad_request("chat not found")
        return self.chats[chat_id]

    def say(
        self,
        chat: Chat,
        text: str,
        *,
        by: JsonObject | None = None,
        to: int | None = None,
        draft: str | None = None,
    ) -> JsonObject:
        """Let somebody write `text`, see `hear`; return the message."""
        plain, entities = parse(text, None)
        content: JsonObject = {"text": plain} | ({"entities": entities} if entities else {})
        return self.hear(chat, content, by=by, to=to, draft=draft)

    def hear(
        self,
        chat: Chat,
        content: JsonObject,
        *,
        by: JsonObject | None = None,
        to: int | None = None,
        draft: str | None = None,
    ) -> JsonObject:
        """Let somebody send a message; return it.

        Args:
            chat: Where.
            content: The message without its head.
            by: Who, in a group; in a private chat it is the person.
            to: The number of the message that it replies to.
            draft: The name a page gave it before it had a number.
        """
        message = self._append(chat, by or chat.user, quoting(chat, to) | content)
        self.tell({"type": "message", "chat": chat.id, "message": message, "draft": draft})
        if not chat.is_group or reaches_bot(message, self.bot):
            self.updates.push("message", message)
        return message

    def post(self, chat: Chat, content: JsonObject) -> JsonObject:
        """Let the bot send `content`, a message without its head; return the message."""
        message = self._append(chat, self.bot, content)
        self.tell({"type": "message", "chat": chat.id, "message": message, "draft": None})
        return message

    def revise(self, chat: Chat, message: JsonObject) -> JsonObject:
        """Put `message` in the place of the one with its number; return it with its edit date."""
        edited = message | {"edit_date": self.timestamp()}
        chat.messages[message["message_id"]] = edited
        self.tell({"type": "edit", "chat": chat.id, "message": edited})
        return edited

    def change(
        self, chat: Chat, message_id: int, text: str, *, by: JsonObject | None = None
    ) -> JsonObject:
        """Let somebody change a text of theirs; return the message.

        Raises:
            RefusedError: There is no such text of theirs.
        """
        message = chat.messages.get(message_id)
        own = message is not None and message["from"]["id"] == (by or chat.user)["id"]
        if message is None or not own or "text" not in message or "via_bot" in message:
            raise bad_request("message can't be edited")
        kept = {name: value for name, value in message.items() if name != "entities"}
        plain, entities = parse(text, None)
        edited = self.revise(
            chat, kept | {"text": plain} | ({"entities": entities} if entities else {})
        )
        if not chat.is_group or reaches_bot(edited, self.bot):
            self.updates.push("edited_message", edited)
        return edited

    def remove(self, chat: Chat, message_id: int) -> None:
        """Take a message out of the chat."""
        del chat.messages[message_id]
        self.tell({"type": "delete", "chat": chat.id, "message_id": message_id})

    def press(self, chat: Chat, message_id: int, data: str, *, by: JsonObject | None = None) -> str:
        """Let somebody press the button with `data`; return the number of the query.

        Raises:
            PressError: No such message, or no such button under it.
        """
        message = chat.messages.get(message_id, {})
        if data not in {button.get("callback_data") for button in buttons_of(message)}:
            raise PressError(f"no button with data {data!r} under message {message_id}")
        query_id = self._query(chat.id, message_id)
        query = {"id": query_id, "from": by or chat.user, "message": message, "data": data}
        self.updates.push("callback_query", query | {"chat_instance": str(-chat.id)})
        return query_id

    def ask(self, chat: Chat, text: str, *, by: JsonObject | None = None) -> str:
        """Let somebody ask by the bot's name in a chat; return the number of the query."""
        query_id = self._query(chat.id, 0)
        query = {"id": query_id, "from": by or chat.user, "query": text, "offset": ""}
        self.updates.push("inline_query", query)
        return query_id

    def offer(self, query_id: str, results: list[JsonObject], button: JsonObject) -> None:
        """Show the cards for an inline query; Raises RefusedError when it was answered before."""
        if query_id not in self._queries:
            raise bad_request(TOO_OLD)
        chat_id, _ = self._queries.pop(query_id)
        self._offers[query_id] = results
        if len(self._offers) > QUERIES_KEPT:
            del self._offers[next(iter(self._offers))]
        offer = {"query_id": query_id, "results": results, "button": button}
        self.tell({"type": "inline", "chat": chat_id, **offer})

    def offered(self, query_id: str, result_id: str) -> JsonObject:
        """Return one of the cards for an inline query.

        Raises:
            PressError: There is no such card any more.
        """
        for result in self._offers.get(query_id, ()):
            if result["id"] == result_id:
                return result
        raise PressError(f"no card {result_id!r} for the query {query_id}")

    def settle(self, query_id: str, answer: JsonObject) -> None:
        """Show the bot's answer to a press; Raises RefusedError when it had one before."""
        if query_id not in self._queries:
            raise bad_request(TOO_OLD)
        chat_id, message_id = self._queries.pop(query_id)
        place = {"chat": chat_id, "message_id": message_id, "query_id": query_id}
        self.tell({"type": "answer", **place, **answer})

    def tell(self, event: JsonObject) -> None:
        """Let everyone who watches know."""
        for listener in tuple(self.listeners):
            listener(event)

    def timestamp(self) -> int:
        """Return now, as messages are dated."""
        return int(self._now().timestamp())

    def _query(self, chat_id: int, message_id: int) -> str:
        """Return the number of a new question to the bot from a place in a chat."""
        query_id = str(next(self._query_ids))
        self._queries[query_id] = (chat_id, message_id)
        if len(self._queries) > QUERIES_KEPT:
            del self._queries[next(iter(self._queries))]
        return query_id

    def _append(self, chat: Chat, sender: JsonObject, content: JsonObject) -> JsonObject:
        message_id = next(self._message_ids)
        head = {"message_id": message_id, "from": sender, "chat": chat.as_json()}
        chat.messages[message_id] = head | {"date": self.timestamp()} | content
        if len(chat.messages) > MESSAGES_PER_CHAT:
            del chat.messages[next(iter(chat.messages))]
        return chat.messages[message_id]
