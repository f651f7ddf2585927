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
SERVER.set_forkserver_preload(["bot.__main__"])
READY_S = 120.0


class BotProcess(Bot):
    """One run of `python -m bot run`."""

    def __init__(self, process: ForkServerProcess) -> None:
        assert process.pid is not None  # it was begun
        super().__init__(process.pid, 0.0)
        self._process = process

    @classmethod
    async def start(
        cls, api: LocalBotApi, database: Path, graph_dir: Path, **more: str
    ) -> "BotProcess":
        """Return the bot once it asks for updates."""
        settings = {
            "BOT_TOKEN": api.token,
            "BOT_API_URL": api.base_url,
            "DATABASE_URL": f"sqlite:///{database}",
            "BOT_GRAPH_DIR": str(graph_dir),
            "BOT_LOG_LEVEL": "WARNING",
            "PORT": "0",
            **more,
        }
        api.calls.clear()
        process = SERVER.Process(target=run, args=(settings,), daemon=True)
        await asyncio.to_thread(process.start)
        async with asyncio.timeout(READY_S):
            while not any(call.method == "getUpdates" for call in tuple(api.calls)):
                if not process.is_alive():
                    raise RuntimeError(f"the bot ended with {process.exitcode}")
                await asyncio.sleep(0.02)
        return cls(process)

    async def kill(self) -> None:
        """End it without a word, as kill -9 and a power cut do."""
        os.kill(self._process.pid or 0, signal.SIGKILL)
        await asyncio.to_thread(self._process.join)

    async def stop(self) -> None:
        """Ask it to end."""
        self._process.terminate()
        await asyncio.to_thread(self._process.join)


def run(settings: Mapping[str, str]) -> None:
    """Be the bot; the work of the new process."""
    from bot.__main__ import main

    os.environ.update(settings)
    sys.exit(main(["run"]))
