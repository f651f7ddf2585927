"""The whole bot as a process that is begun, measured, stopped or killed.

A fork server holds what the bot imports, so that a thousand starts take a thousand times a
second and not a thousand times three; everything that a start does besides is done each time.
"""

import asyncio
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from types import FrameType

from bot.localchat.server import LocalBotApi
from tests.bench.serving import Bot

SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["bot.__main__", "mediapipe"])
READY_S = 120.0


class BotProcess(Bot):
    """One run of `python -m bot run`."""

    def __init__(self, process: ForkServerProcess) -> None:
        assert process.pid is not None  # it was begun
        super().__init__(process.pid, 0.0)
        self._process = process

    @classmethod
    async def begin(
        cls,
        api: LocalBotApi,
        database: Path | str,
        graph_dir: Path,
        *,
        dies_at: str = "",
        command: str = "run",
        **more: str,
    ) -> "BotProcess":
        """Return the bot as soon as its process runs.

        Args:
            api: What it talks to.
            database: A file of SQLite, or an address.
            graph_dir: Of its songs.
            dies_at: Where it kills itself, such as `call save_answer` or `return choose`; empty
                for nowhere. No coroutine: they return whenever they wait.
            command: What stands behind `python -m bot`.
            more: Settings of its own.
        """
        url = database if isinstance(database, str) else f"sqlite:///{database}"
        settings = {
            "BOT_TOKEN": api.token,
            "BOT_API_URL": api.base_url,
            "DATABASE_URL": url,
            "BOT_GRAPH_DIR": str(graph_dir),
            "BOT_LOG_LEVEL": "ERROR",
            "PORT": "0",
            **more,
        }
        api.calls.clear()
        process = SERVER.Process(target=run, args=(settings, command, dies_at), daemon=True)
        await asyncio.to_thread(process.start)
        return cls(process)

    @classmethod
    async def start(
        cls, api: LocalBotApi, database: Path | str, graph_dir: Path, **more: str
    ) -> "BotProcess":
        """Return the bot once it asks for updates."""
        bot = await cls.begin(api, database, graph_dir, **more)
        await bot.until(api, "getUpdates")
        return bot

    async def until(self, api: LocalBotApi, method: str) -> None:
        """Wait until it, or another one since its start, has called a method of the Bot API."""
        async with asyncio.timeout(READY_S):
            while not has_called(api, method):
                if not self.is_alive:
                    raise RuntimeError(f"the bot ended with {self._process.exitcode}")
                await asyncio.sleep(0.02)

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._process.is_alive()

    async def ended(self) -> int | None:
        """Return what it ended with, once it has."""
        await asyncio.to_thread(self._process.join, READY_S)
        return self._process.exitcode

    async def kill(self) -> None:
        """End it without a word, as kill -9 and a power cut do."""
        os.kill(self._process.pid or 0, signal.SIGKILL)
        await asyncio.to_thread(self._process.join)

    def ask_to_end(self) -> None:
        """Ask it to end, and do not wait for that."""
        self._process.terminate()

    async def stop(self) -> None:
        """Ask it to end."""
        self.ask_to_end()
        await asyncio.to_thread(self._process.join)


def has_called(api: LocalBotApi, method: str) -> bool:
    """Return whether a bot has called a method since the last one was begun."""
    return any(call.method == method for call in tuple(api.calls))


def run(settings: Mapping[str, str], command: str, dies_at: str) -> None:
    """Be the bot; the work of the new process."""
    from bot.__main__ import main

    os.environ.update(settings)
    if dies_at:
        die_at(dies_at)
    sys.exit(main(command.split()))


def die_at(moment: str) -> None:
    """Kill this process with -9 at the first call or return of a function, in whatever thread."""

    def look(frame: FrameType, event: str, _: object) -> None:
        if f"{event} {frame.f_code.co_name}" == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    threading.setprofile(look)
    sys.setprofile(look)
