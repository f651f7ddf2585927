"""Calls to Telegram through aiohttp: 0.7 to 1.3 ms of CPU each, where httpx takes 2 to 7."""

import json
from functools import cache
from typing import Any
from urllib.request import getproxies, proxy_bypass

import aiohttp
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

# Seconds; the library's own defaults, but more for writing and reading: a picture may be sent.
CONNECT_TIMEOUT_S, READ_TIMEOUT_S, POOL_TIMEOUT_S = 5.0, 20.0, 5.0
CONNECTIONS = 256
# Telegram serves files of up to 20 MB; an answer that is larger is no answer of the Bot API.
MAX_ANSWER_BYTES = 21 * 2**20
TOO_MANY_REQUESTS = 429
JSON = {"Content-Type": "application/json"}
# What comes back of a message that was just sent and is known here. Making the library's objects
# of it takes longer than all else about the call.
ECHO = ("text", "entities", "caption", "caption_entities", "reply_markup", "reply_to_message")


class NotSentError(NetworkError):
    """There was no connection: whatever was to be done was surely not done."""


class FloodWaitError(TelegramError):
    """Telegram wants to be left alone for a while; nothing was done.

    In the place of the library's `RetryAfter`, which warns of its own future whenever it is made.
    """

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"expected a call {wait_s:.0f} s later")
        self.wait_s = wait_s


class AiohttpRequest(BaseRequest):
    """The library's way out into the network."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._proxy = cache(proxy_of)  # of a server or two

    @property
    def read_timeout(self) -> float:
        """Seconds to wait for an answer, unless a call says otherwise."""
        return READ_TIMEOUT_S

    async def initialize(self) -> None:
        """Open the pool of connections."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=CONNECTIONS)
            headers = {"User-Agent": self.USER_AGENT}
            self._session = aiohttp.ClientSession(
                connector=connector, headers=headers, cookie_jar=aiohttp.DummyCookieJar()
            )

    async def shutdown(self) -> None:
        """Close the pool of connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(  # noqa: PLR0913, PLR0917 - the library's signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - aiohttp has none
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Return status and body.

        Raises:
            FloodWaitError: The call came too early.
            NotSentError: No connection.
            TimedOut: No answer in time.
            NetworkError: Anything else between here and the server.
        """
        connect_s = _seconds(connect_timeout, CONNECT_TIMEOUT_S)
        pool_s = _seconds(pool_timeout, POOL_TIMEOUT_S)
        limits = aiohttp.ClientTimeout(
            total=None,  # a large file may take long, as long as something arrives
            connect=None if connect_s is None or pool_s is None else connect_s + pool_s,
            sock_connect=connect_s,
            sock_read=_seconds(read_timeout, READ_TIMEOUT_S),
        )
        status, body = await self._send(url, method, request_data, limits)
        if status == TOO_MANY_REQUESTS:
            raise FloodWaitError(_wait_s(body))
        return status, body

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:  # Any: of JSON
        """Return what an answer says; of a message that was sent, what is news.

        Raises:
            NetworkError: It is no JSON object, as from a proxy; the library would log all of it.
        """
        try:
            found = json.loads(payload)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise NetworkError(f"expected a JSON object, found {len(payload)} other bytes")
        if isinstance(sent := found.get("result"), dict) and "message_id" in sent:
            for name in ECHO:
                sent.pop(name, None)
        return found

    async def _send(
        self, url: str, method: str, data: RequestData | None, limits: aiohttp.ClientTimeout
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise RuntimeError("expected an initialized request")
        try:
            how = {"timeout": limits, **_body(data), **self._proxy(URL(url).origin())}
            async with self._session.request(method, url, **how) as answer:
                return answer.status, await _read(answer)
        # `from None` and the bare name: the texts of aiohttp may hold the address, and the token.
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSentError(type(error).__name__) from None
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from None


def _seconds(value: object, default_s: float) -> float | None:
    """Return a timeout: none, a number, or the default for the library's mark of neither."""
    if value is None:
        return None
    return float(value) if isinstance(value, int | float) else default_s


def _body(data: RequestData | None) -> dict[str, Any]:
    """Return what goes with a call: JSON where it has no files, which only a form can carry."""
    if data is None:
        return {}
    if not data.contains_files:
        return {"data": json.dumps(data.parameters).encode("ascii"), "headers": JSON}
    form = aiohttp.FormData(data.json_parameters)
    for field, (name, content, mime_type) in data.multipart_data.items():
        form.add_field(field, content, filename=name, content_type=mime_type)
    return {"data": form}


def proxy_of(origin: URL) -> dict[str, Any]:
    """Return the proxy that HTTPS_PROXY and NO_PROXY name for a server, as aiohttp takes it.

    aiohttp would look it up for each call, in two threads, and would send a server the password
    that ~/.netrc has for its name.
    """
    found = getproxies().get(origin.scheme)
    if not found or proxy_bypass(origin.host or ""):
        return {}
    proxy = URL(found)
    login = aiohttp.BasicAuth(proxy.user, proxy.password or "") if proxy.user else None
    return {"proxy": proxy.with_user(None), "proxy_auth": login}


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in answer.content.iter_any():
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise NetworkError(f"expected at most {MAX_ANSWER_BYTES} bytes")
    return bytes(body)


def _wait_s(body: bytes) -> float:
    """Return the seconds after which the server wants to be asked again; 1 where it does not say.

    Source: https://core.telegram.org/bots/api#responseparameters
    """
    try:
        return float(json.loads(body)["parameters"]["retry_after"])
    except (ValueError, KeyError, TypeError):
        return 1.0
