"""The chat page and what it posts: people, groups, texts, files, presses, cards."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from importlib import resources

from aiohttp import web

from bot.localchat.bodies import read_json, read_parts
from bot.localchat.chats import Chat
from bot.localchat.desk import Desk
from bot.localchat.errors import PressError, RefusedError
from bot.localchat.files import Kind
from bot.localchat.page_stream import person, read_language, stream
from bot.localchat.people import send_card, send_file
from bot.localchat.wire import JsonObject

PAGE_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
SHOWN_TYPES = frozenset(
    {"image/jpeg", "image/png", "image/webp", "image/gif", "video/mp4", "video/webm"}
)
NAME_CHARACTERS, TEXT_CHARACTERS = 40, 4096
QUERY_CHARACTERS = 256  # https://core.telegram.org/bots/api#inlinequery
CHAT = "/page/chats/{id:-?[0-9]+}"
NUMBER = re.compile("[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class PageSide:
    """Serves the page and everyone who sits in front of it."""

    desk: Desk

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the addresses that the page knows."""
        return [
            web.get("/", self.show_page),
            web.get(r"/page/{name:[a-z]+}.{type:css|js|svg}", self.show_part),
            web.get("/page/events", partial(stream, self.desk)),
            web.get("/page/files/{file_id}", self.show_file),
            web.post("/page/people", self.add_person),
            web.post("/page/groups", self.add_group),
            web.post(CHAT, self.rename),
            web.post(f"{CHAT}/text", self.say),
            web.post(f"{CHAT}/file", self.send),
            web.post(f"{CHAT}/messages/{{message:[0-9]+}}", self.edit),
            web.post(f"{CHAT}/press", self.press),
            web.post(f"{CHAT}/ask", self.ask),
            web.post(f"{CHAT}/card", self.send_card),
        ]

    async def show_page(self, _: web.Request) -> web.Response:
        """Return the page itself."""
        return web.Response(body=_packaged("index.html"), content_type="text/html", charset="utf-8")

    async def show_part(self, request: web.Request) -> web.Response:
        """Return the page's style, script or icon."""
        name, kind = request.match_info["name"], request.match_info["type"]
        try:
            body = _packaged(f"{name}.{kind}")
        except FileNotFoundError:
            raise web.HTTPNotFound from None
        return web.Response(body=body, content_type=PAGE_TYPES[kind], charset="utf-8")

    async def show_file(self, request: web.Request) -> web.Response:
        """Return a picture or clip that the bot sent; anything else as a download."""
        try:
            stored = self.desk.conversation.files.find(request.match_info["file_id"])
        except RefusedError:
            raise web.HTTPNotFound(text="no longer kept") from None
        shown = stored.mime_type in SHOWN_TYPES
        kind = stored.mime_type if shown else "application/octet-stream"
        headers = {} if shown else {"Content-Disposition": "attachment"}
        return web.Response(body=stored.content, content_type=kind, headers=headers)

    async def add_person(self, request: web.Request) -> web.Response:
        """Let one more person join."""
        body = await read_json(request)
        chat = self.desk.conversation.join(
            _name(body), language=read_language(body.get("language"))
        )
        return web.json_response(person(self.desk, chat))

    async def add_group(self, request: web.Request) -> web.Response:
        """Open a group, in which everybody can write."""
        group = self.desk.conversation.gather(_name(await read_json(request)))
        return web.json_response({"group": group.user})

    async def rename(self, request: web.Request) -> web.Response:
        """Give a person or a group another name."""
        self.desk.conversation.rename(self._chat(request), _name(await read_json(request)))
        return web.json_response({})

    async def say(self, request: web.Request) -> web.Response:
        """Let somebody write."""
        body = await read_json(request)
        text, chat = _text(body), self._chat(request)
        by, to = self._speaker(chat, body), _number(body.get("to"))
        draft = str(body.get("draft", ""))
        said = self.desk.conversation.say(chat, text, by=by, to=to, draft=draft)
        return web.json_response(said)

    async def edit(self, request: web.Request) -> web.Response:
        """Let somebody change a text of theirs."""
        body = await read_json(request)
        text, chat = _text(body), self._chat(request)
        message_id, by = int(request.match_info["message"]), self._speaker(chat, body)
        try:
            message = self.desk.conversation.change(chat, message_id, text, by=by)
        except RefusedError:
            raise web.HTTPConflict(text="this message cannot be edited") from None
        return web.json_response(message)

    async def send(self, request: web.Request) -> web.Response:
        """Let somebody send a picture, a clip or another file."""
        chat = self._chat(request)
        fields, uploads = await read_parts(request)
        upload, kind = uploads.get("file"), fields.get("kind")
        if upload is None or not upload.content:
            raise web.HTTPBadRequest(text="the file is empty")
        try:
            message = await send_file(
                self.desk.conversation,
                chat,
                upload.content,
                kind=Kind(kind) if kind else None,
                name=upload.file_name,
                caption=fields.get("caption", ""),
                album=fields.get("album", ""),
                by=self._speaker(chat, fields),
                to=_number(fields.get("to")),
                draft=fields.get("draft"),
            )
        except (RefusedError, ValueError) as error:
            raise web.HTTPBadRequest(text=str(error)) from None
        return web.json_response(message)

    async def press(self, request: web.Request) -> web.Response:
        """Let somebody press a button."""
        body, chat = await read_json(request), self._chat(request)
        by = self._speaker(chat, body)
        try:
            query_id = self.desk.conversation.press(
                chat, int(body["message_id"]), str(body["data"]), by=by
            )
        except (PressError, KeyError, ValueError):
            raise web.HTTPConflict(text="this button is gone") from None
        return web.json_response({"query_id": query_id})

    async def ask(self, request: web.Request) -> web.Response:
        """Let somebody ask by the bot's name for cards."""
        body, chat = await read_json(request), self._chat(request)
        words = str(body.get("text", ""))[:QUERY_CHARACTERS]
        query_id = self.desk.conversation.ask(chat, words, by=self._speaker(chat, body))
        return web.json_response({"query_id": query_id})

    async def send_card(self, request: web.Request) -> web.Response:
        """Let somebody send one of the cards."""
        body, chat = await read_json(request), self._chat(request)
        query_id, result_id = str(body.get("query_id")), str(body.get("result_id"))
        by = self._speaker(chat, body)
        try:
            sent = send_card(self.desk.conversation, chat, query_id, result_id, by=by)
        except PressError:
            raise web.HTTPConflict(text="this card is gone") from None
        return web.json_response(sent)

    def _speaker(self, chat: Chat, said: Mapping[str, object]) -> JsonObject:
        """Return who does something in a chat: in a group, whom the page names."""
        if not chat.is_group:
            return chat.user
        who = self.desk.conversation.chats.get(_number(said.get("by")) or 0)
        if who is None or who.is_group:
            raise web.HTTPBadRequest(text="nobody of that number is here")
        return who.user

    def _chat(self, request: web.Request) -> Chat:
        try:
            return self.desk.conversation.chat(int(request.match_info["id"]))
        except RefusedError:
            raise web.HTTPNotFound(text="nobody of that number is here") from None


def _name(body: JsonObject) -> str:
    name = str(body.get("name", "")).strip()
    if not 1 <= len(name) <= NAME_CHARACTERS:
        raise web.HTTPBadRequest(text=f"a name has 1 to {NAME_CHARACTERS} characters")
    return name


def _number(value: object) -> int | None:
    """Return a whole number that the page sent, None for none."""
    text = str(value or "")
    return int(text) if NUMBER.fullmatch(text) else None


def _text(body: JsonObject) -> str:
    text = str(body.get("text", "")).strip()
    if not 1 <= len(text) <= TEXT_CHARACTERS:
        raise web.HTTPBadRequest(text=f"1 to {TEXT_CHARACTERS} characters, please")
    return text


def _packaged(name: str) -> bytes:
    return (resources.files("bot.localchat") / "page" / name).read_bytes()
