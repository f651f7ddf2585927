"""The socket of the web server, with limits on slow and on many clients.

uvicorn sets no time-out on receiving a request, so a client that sends a byte a minute would hold
a connection open (Slowloris). Here a request must be received within `REQUEST_S`, and connections
beyond `MAX_CONNECTIONS` are refused.
"""

import asyncio
import socket

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.errors import OperatorError

LOOPBACK, EVERYWHERE = "127.0.0.1", "0.0.0.0"  # noqa: S104 - chosen where a public address is set
REQUEST_S = 20.0  # a picture of a megabyte over 0.5 Mbit/s; Telegram itself takes milliseconds
# Telegram opens 100 at most; a process may have 1,024 files open on most systems.
MAX_CONNECTIONS = 400
BACKLOG = 256


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; port 0 takes a free one.

    Raises:
        OperatorError: The port is taken, or not for this program, or the address is not ours.
    """
    try:
        return socket.create_server(
            (host, port),
            family=socket.AF_INET6 if ":" in host else socket.AF_INET,
            backlog=BACKLOG,
        )
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise OperatorError(f"PORT {port} at {host}: {reason}: set another PORT") from error


class ImpatientProtocol(H11Protocol):
    """HTTP/1.1 that ends a connection whose request does not come in whole in time."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as H11Protocol
        """Let somebody in, unless there are too many; the first request must come soon."""
        super().connection_made(transport)
        if len(self.connections) > MAX_CONNECTIONS:
            transport.abort()
            return
        self._arm()

    def data_received(self, data: bytes) -> None:
        """Take what came in; while the request is not whole, time runs."""
        try:
            super().data_received(data)
        except h11.LocalProtocolError:  # nonsense after an answer: there is no second one to give
            self.transport.abort()
        if self.conn.their_state in {h11.IDLE, h11.SEND_BODY}:
            self._arm()
        else:
            self._disarm()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._disarm()
        super().connection_lost(exc)

    def _arm(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(REQUEST_S, self._end)

    def _disarm(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _end(self) -> None:
        self._deadline = None
        self.transport.abort()
