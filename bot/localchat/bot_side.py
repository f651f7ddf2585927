"""The Bot API over HTTP: tokens, parameters, answers, injected faults, and a record of calls."""

import asyncio
import hmac
from collections import deque
from dataclasses import dataclass, field

from aiohttp import web

from bot.localchat.desk import Desk
from bot.localchat.errors import GarbageError, RefusedError
from bot.localchat.faults import DOWNLOAD, BotFault, Faults
from bot.localchat.methods import BY_LOWER_NAME, METHODS
from bot.localchat.params import Params, read_params
from bot.localchat.schema import Spec
from bot.localchat.wire import JsonObject

CALLS_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the bot, without the files that came with it."""

    method: str
    values: JsonObject


@dataclass(slots=True)
class BotSide:
    """Answers the bot's requests; `calls` and `violations` are what tests look at."""

    desk: Desk
    token: str
    spec: Spec | None
    violations: list[str]
    faults: Faults = field(default_factory=Faults)
    calls: deque[Call] = field(default_factory=lambda: deque(maxlen=CALLS_REMEMBERED))

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the addresses that the bot knows."""
        return [
            web.route("*", "/bot{token}/{method}", self.answer),
            web.get("/file/bot{token}/{path:.+}", self.download),
        ]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        try:
            self._check_token(request)
            method = _method_name(request)
            params = await read_params(request)
            result = await self._do(request, method, params)
            return web.json_response({"ok": True, "result": result})
        except GarbageError:
            return web.Response(text="<html>Something is wrong.</html>", content_type="text/html")
        except RefusedError as error:
            return _refused(error)
        except web.HTTPRequestEntityTooLarge:
            return _refused(RefusedError(413, "Request Entity Too Large"))
        except ValueError:
            return _refused(RefusedError(400, "Bad Request: can't parse the request body"))

    async def download(self, request: web.Request) -> web.StreamResponse:
        """Hand out a file once, whole."""
        try:
            self._check_token(request)
            fault = await self._begin(DOWNLOAD, None)
        except RefusedError as error:
            return _refused(error)
        files = self.desk.conversation.files
        stored = files.at(request.match_info["path"])
        if stored is None:
            return _refused(RefusedError(404, "Not Found"))
        response = web.StreamResponse(headers={"Content-Type": "application/octet-stream"})
        response.content_length = len(stored.content)
        await response.prepare(request)
        if fault and fault.cut:
            await response.write(stored.content[: len(stored.content) // 2])
            _cut(request)
            return response
        await response.write(stored.content)
        await response.write_eof()
        return response

    async def _do(self, request: web.Request, method: str, params: Params) -> object:
        self.calls.append(Call(method, dict(params.values)))
        if self.spec:
            self._check(self.spec.faults_of_call(method, params.values, params.uploads))
        fault = await self._begin(method, params.values.get("chat_id"))
        if fault and fault.cut and not fault.done:
            _cut(request)
            return None
        result = await METHODS[method](self.desk, params)
        if self.spec:
            self._check(self.spec.faults_of_result(method, result))
        if fault and fault.cut:
            _cut(request)
        if fault and fault.garbage:
            raise GarbageError
        return result

    async def _begin(self, method: str, chat: object) -> BotFault | None:
        chat_id = int(str(chat)) if str(chat).lstrip("-").isdecimal() else None
        fault = self.faults.next(method, chat_id)
        if fault:
            await asyncio.sleep(fault.delay_s)
            if fault.refusal:
                raise fault.refusal
        return fault

    def _check_token(self, request: web.Request) -> None:
        if not hmac.compare_digest(request.match_info["token"].encode(), self.token.encode()):
            raise RefusedError(401, "Unauthorized")

    def _check(self, faults: list[str]) -> None:
        if faults:
            self.violations += faults
            raise RefusedError(400, f"Bad Request: {'; '.join(faults)}")


def _method_name(request: web.Request) -> str:
    method = BY_LOWER_NAME.get(request.match_info["method"].lower())
    if method is None:
        raise RefusedError(404, "Not Found: method not found")
    return method


def _cut(request: web.Request) -> None:
    if isinstance(request.transport, asyncio.Transport):
        request.transport.abort()


def _refused(error: RefusedError) -> web.Response:
    answer: JsonObject = {
        "ok": False,
        "error_code": error.status,
        "description": error.description,
    }
    if error.parameters:
        answer["parameters"] = error.parameters
    return web.json_response(answer, status=error.status)
