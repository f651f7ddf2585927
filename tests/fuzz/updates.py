"""Updates as Telegram's and as a stranger's program writes them: kept and understood, or let go."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from telegram import Bot, User
from telegram.ext import Application, ApplicationBuilder

from bot.handlers import register
from bot.settings import Settings
from bot.storage.inbox import StoredUpdate
from bot.wire.incoming import incoming_of, is_private_message, kind_of, update_of
from bot.wire.lanes import Kind
from tests.fuzz.surface import Surface
from tests.fuzz.trees import Node, changed_json

TOKEN = "1:fuzz"
PERSON: Node = {"id": 11, "is_bot": False, "first_name": "Alice", "language_code": "en"}
CHAT: Node = {"id": 11, "type": "private", "first_name": "Alice"}
GROUP: Node = {"id": -1001, "type": "supergroup", "title": "Friends"}
FILE: Node = {"file_id": "f", "file_unique_id": "u", "file_size": 9}
SIZE: Node = {**FILE, "width": 640, "height": 480}
CLIP: Node = {**SIZE, "duration": 3, "mime_type": "video/mp4"}
MESSAGE: Node = {"message_id": 5, "date": 1_700_000_000, "chat": CHAT, "from": PERSON}
COMMAND: Node = {"type": "bot_command", "offset": 0, "length": 5}
CONTENTS: tuple[Node, ...] = (
    {"text": "I feel sad"},
    {"text": "/mood happy", "entities": [COMMAND]},
    {"text": "@bot happy", "chat": GROUP, "message_thread_id": 3, "sender_chat": GROUP},
    {"photo": [SIZE, SIZE], "caption": "me", "media_group_id": "7"},
    {"document": {**FILE, "file_name": "a.csv", "mime_type": "text/csv"}},
    {"video": CLIP},
    {"video_note": {**FILE, "length": 240, "duration": 3}},
    {"animation": CLIP, "document": FILE},
    {"sticker": {**SIZE, "type": "regular", "is_animated": False, "is_video": False, "emoji": "x"}},
    {"reply_to_message": MESSAGE, "text": "again"},
)
MEMBER: Node = {"status": "member", "user": PERSON}
OTHERS: tuple[Node, ...] = (
    {
        "callback_query": {
            "id": "1",
            "from": PERSON,
            "chat_instance": "1",
            "data": "m:7",
            "message": {**MESSAGE, "text": "songs"},
        }
    },
    {"inline_query": {"id": "1", "from": PERSON, "query": "happy", "offset": ""}},
    {
        "my_chat_member": {
            "chat": CHAT,
            "from": PERSON,
            "date": 1,
            "old_chat_member": MEMBER,
            "new_chat_member": {"status": "kicked", "user": PERSON, "until_date": 0},
        }
    },
    {"edited_message": {**MESSAGE, "edit_date": 1, "text": "sad"}},
    {"channel_post": {**MESSAGE, "text": "sad"}},
)
SEEDS: list[Node] = [
    *({"update_id": 1, "message": {**MESSAGE, **content}} for content in CONTENTS),
    *({"update_id": 1, **other} for other in OTHERS),
]


def surface(_: tuple[bytes, ...]) -> Surface:
    """Return the surface; it starts from an update of every kind that the bot asks for."""
    return Surface(inputs=changed_json(SEEDS), open=open_updates)


def open_updates() -> Callable[[object], None]:
    """Return the check of one update, up to the choice of its handler."""
    application: Application[Any, Any, Any, Any, Any, Any] = (
        ApplicationBuilder().token(TOKEN).updater(None).job_queue(None).build()
    )
    # Any: of all services the settings alone are looked at to bind handlers, and none is run here.
    services: Any = SimpleNamespace(settings=Settings())
    register(application, services)
    handlers = [each for group in application.handlers.values() for each in group]
    bot: Bot = application.bot
    bot._bot_user = User(1, "Tunemirror", is_bot=True, username="bot")  # as `getMe` sets it

    def check(update: object) -> None:
        incoming = incoming_of(update)
        if incoming is None:
            return
        raw = json.loads(incoming.payload)
        assert isinstance(kind_of(raw), Kind)
        is_private_message(raw)
        stored = StoredUpdate(7, incoming.user_id, incoming.payload, datetime.now(UTC))
        found = update_of(stored, bot)
        if found is not None:
            assert found.update_id == 7
            for handler in handlers:
                with suppress(
                    AttributeError, TypeError
                ):  # the application tells of it, and goes on
                    handler.check_update(found)

    return check
