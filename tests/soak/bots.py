"""The whole bot as a process that is begun, measured, stopped or killed.

A fork server holds what the bot imports, so that a thousand starts take a thousand times a
second and not a thousand times three; everything that a start does besides is done each time.
"""

import asyncio
import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path

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
        cls, api: LocalBotApi, database: Path | str, graph_dir: Path, **more: str
    ) -> "BotProcess":
        """Return the bot as soon as its process runs; `database` is a file or an address."""
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
        process = SERVER.Process(target=run, args=(settings,), daemon=True)
        await asyncio.to_thread(process.start)
        return cls(process)

    @classmethod
    async def start(
        cls, api: LocalBotApi, database: Path | str, graph_dir: Path, **more: str
    ) -> "BotProcess":
        """Return the bot once it asks for updates."""
        bot = await cls.begin(api, database, graph_dir, **more)
        async with asyncio.timeout(READY_S):
            while not has_asked(api):
                if not bot.is_alive:
                    raise RuntimeError(f"the bot ended with {bot._process.exitcode}")
                await asyncio.sleep(0.02)
        return bot

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._process.is_alive()

    async def kill(self) -> None:
        """End it without a word, as kill -9 and a power cut do."""
        os.kill(self._process.pid or 0, signal.SIGKILL)
        await asyncio.to_thread(self._process.join)

    async def stop(self) -> None:
        """Ask it to end."""
        self._process.terminate()
        await asyncio.to_thread(self._process.join)


def has_asked(api: LocalBotApi) -> bool:
    """Return whether the bot that was begun last has asked for updates."""
    return any(call.method == "getUpdates" for call in tuple(api.calls))


def run(settings: Mapping[str, str]) -> None:
    """Be the bot; the work of the new process."""
    from bot.__main__ import main

    os.environ.update(settings)
    sys.exit(main(["run"]))
