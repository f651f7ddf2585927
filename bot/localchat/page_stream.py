"""What the chat page is told, as server-sent events: the whole state first, then every change."""

import asyncio
import json
import re

from aiohttp import web

from bot.localchat.chats import Chat
from bot.localchat.desk import Desk
from bot.localchat.wire import JsonObject

HEARTBEAT_S = 15.0
EVENTS_WAITING = 2_000
FIRST_PERSON = "Alice"
LANGUAGE = re.compile(r"[a-z]{2,3}")
CLOSE: JsonObject = {"type": "close"}


async def stream(desk: Desk, request: web.Request) -> web.StreamResponse:
    """Tell a page everything until it goes away; Someone is there when the first one comes."""
    conversation = desk.conversation
    if not conversation.chats:
        conversation.join(FIRST_PERSON, language=read_language(request.query.get("language")))
    events: asyncio.Queue[JsonObject] = asyncio.Queue(EVENTS_WAITING)

    def hear(event: JsonObject) -> None:
        if events.full():  # the page sleeps: it will connect again, and start from the state
            while not events.empty():
                events.get_nowait()
            event = CLOSE
        events.put_nowait(event)

    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    conversation.listeners.add(hear)
    try:
        event = state(desk)
        while event != CLOSE:
            if event["type"] == "profile":
                event = state(desk)
            await response.write(f"data: {json.dumps(event)}\n\n".encode())
            event = await _next(events)
    except ConnectionResetError:
        pass  # the page is gone; nobody is left to tell
    finally:
        conversation.listeners.discard(hear)
    return response


def state(desk: Desk) -> JsonObject:
    """Return everything a page that just opened has to know."""
    chats = desk.conversation.chats.values()
    people = [
        person(desk, chat) | {"messages": list(chat.messages.values())}
        for chat in chats
        if not chat.is_group
    ]
    groups = [
        {"group": chat.user, "messages": list(chat.messages.values())}
        for chat in chats
        if chat.is_group
    ]
    page = desk.profile.menu_button.get("web_app", {}).get("url")
    everybody = {"people": people, "groups": groups}
    return {"type": "state", "bot": desk.conversation.bot, **everybody, "page": page}


def person(desk: Desk, chat: Chat) -> JsonObject:
    """Return one person, and what the bot says about itself in their language."""
    language = chat.user["language_code"]
    about = {"description": desk.profile.text("description", language)}
    return {"user": chat.user, "commands": desk.profile.commands_for(chat.id, language), **about}


def read_language(value: object) -> str:
    """Return the language part of what a browser says, English for anything else."""
    found = LANGUAGE.match(str(value or "").lower())
    return found[0] if found else "en"


async def _next(events: asyncio.Queue[JsonObject]) -> JsonObject:
    """Return the next event; now and then a sign of life, so that a lost page is noticed."""
    try:
        async with asyncio.timeout(HEARTBEAT_S):
            return await events.get()
    except TimeoutError:
        return {"type": "heartbeat"}
