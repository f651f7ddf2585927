"""The chat page and what it posts: people, texts, files, presses."""

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
from bot.localchat.people import send_file
from bot.localchat.wire import JsonObject

PAGE_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
SHOWN_TYPES = frozenset(
    {"image/jpeg", "image/png", "image/webp", "image/gif", "video/mp4", "video/webm"}
)
NAME_CHARACTERS, TEXT_CHARACTERS = 40, 4096


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
            web.post("/page/people/{id:[0-9]+}", self.rename_person),
            web.post("/page/people/{id:[0-9]+}/text", self.say),
            web.post("/page/people/{id:[0-9]+}/file", self.send),
            web.post("/page/people/{id:[0-9]+}/messages/{message:[0-9]+}", self.edit),
            web.post("/page/people/{id:[0-9]+}/press", self.press),
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

    async def rename_person(self, request: web.Request) -> web.Response:
        """Give a person another name."""
        self.desk.conversation.rename(self._chat(request), _name(await read_json(request)))
        return web.json_response({})

    async def say(self, request: web.Request) -> web.Response:
        """Let a person write."""
        body = await read_json(request)
        text = _text(body)
        chat, draft = self._chat(request), str(body.get("draft", ""))
        return web.json_response(self.desk.conversation.say(chat, text, draft=draft))

    async def edit(self, request: web.Request) -> web.Response:
        """Let a person change a text of theirs."""
        text = _text(await read_json(request))
        message_id = int(request.match_info["message"])
        try:
            message = self.desk.conversation.change(self._chat(request), message_id, text)
        except RefusedError:
            raise web.HTTPConflict(text="this message cannot be edited") from None
        return web.json_response(message)

    async def send(self, request: web.Request) -> web.Response:
        """Let a person send a picture, a clip or another file."""
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
                draft=fields.get("draft"),
                album=fields.get("album", ""),
            )
        except (RefusedError, ValueError) as error:
            raise web.HTTPBadRequest(text=str(error)) from None
        return web.json_response(message)

    async def press(self, request: web.Request) -> web.Response:
        """Let a person press a button."""
        body = await read_json(request)
        try:
            query_id = self.desk.conversation.press(
                self._chat(request), int(body["message_id"]), str(body["data"])
            )
        except (PressError, KeyError, ValueError):
            raise web.HTTPConflict(text="this button is gone") from None
        return web.json_response({"query_id": query_id})

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


def _text(body: JsonObject) -> str:
    text = str(body.get("text", "")).strip()
    if not 1 <= len(text) <= TEXT_CHARACTERS:
        raise web.HTTPBadRequest(text=f"1 to {TEXT_CHARACTERS} characters, please")
    return text


def _packaged(name: str) -> bytes:
    return (resources.files("bot.localchat") / "page" / name).read_bytes()
