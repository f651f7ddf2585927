"""`python -m bot`: on Telegram, in the local chat, for one file; and what an operator needs.

What only one command needs is imported by that command: a bot that serves does without it, in
memory for as long as it runs.
"""

import argparse
import asyncio
import errno
import logging
import socket
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import SecretStr

from bot import application
from bot.errors import OperatorError
from bot.logs import configure_logs
from bot.services import Services, utc_now
from bot.settings import Settings, read_settings, unknown_variables
from bot.upkeep.memory import settle, use_few_arenas
from bot.web.listening import LOOPBACK, listen
from graph.choosing.recommend import Aim
from graph.errors import GraphError
from inference.errors import InferenceError, ModelError

if TYPE_CHECKING:
    from bot.upkeep.backup import Contents

log = logging.getLogger(__name__)


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says; return the exit status."""
    options = parser().parse_args(arguments)
    try:
        settings = read_settings()
        configure_logs(
            settings.log_level, secrets=settings.secrets, as_json=settings.log_format == "json"
        )
        if unknown := unknown_variables():
            log.warning("settings_unknown names=%s", ",".join(unknown))
        asyncio.run(options.command(settings, options))
    except (OperatorError, GraphError, ModelError) as error:
        print(error, file=sys.stderr)
        return 1
    except InferenceError as error:
        print(f"{error.code}: {error}", file=sys.stderr)
        return 1
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    commands = top.add_subparsers(required=True)
    does = "serve on Telegram; BOT_TOKEN must be set"
    telegram = commands.add_parser("run", help=does, description=does)
    telegram.set_defaults(command=run)
    telegram.add_argument("--setup", action="store_true", help="set up what is missing first")
    does = "serve a chat page on this computer: no Telegram, no account, no network"
    chat_page = commands.add_parser("chat", help=does, description=does)
    chat_page.set_defaults(command=chat)
    of_port = "where the page is; 0 takes a free one (default: PORT, else 8080)"
    chat_page.add_argument("--port", type=int, choices=range(65536), metavar="N", help=of_port)
    does = "read one selfie or clip, and print songs; nothing is kept"
    one = commands.add_parser("ask", help=does, description=does)
    one.set_defaults(command=ask)
    one.add_argument("file", type=Path, metavar="FILE", help="a picture or a clip")
    of_aim = "stay with the mood, or lead to bright or calm songs"
    one.add_argument("--aim", type=Aim, choices=list(Aim), default=Aim.MATCH, help=of_aim)
    of_n = "how many songs (default: 5)"
    one.add_argument("-n", type=int, choices=range(1, 51), default=5, metavar="1-50", help=of_n)
    one.add_argument("--json", action="store_true", help="one JSON object, for programs")
    add_upkeep(commands)
    return top


# Any: argparse does not name the type of what `add_subparsers` returns.
def add_upkeep(commands: Any) -> None:
    """Add the commands that an operator needs now and then."""
    does = "set up what is missing, then serve: on Telegram with BOT_TOKEN, else in the local chat"
    first = commands.add_parser("start", help=does, description=does)
    first.set_defaults(command=start, port=None)
    does = (
        "bring the database to the newest migration, and build the starter graph if none is there"
    )
    commands.add_parser("setup", help=does, description=does).set_defaults(command=setup)
    does = "write all that must last into one file, while the bot runs"
    away = commands.add_parser("backup", help=does, description=does)
    away.set_defaults(command=backup)
    away.add_argument("file", type=Path, metavar="FILE", help="a new file; .tar.gz suits it")
    does = "put a backup in the place of what there is, while the bot runs"
    back = commands.add_parser("restore", help=does, description=does)
    back.set_defaults(command=put_back)
    back.add_argument("file", type=Path, metavar="FILE", help="as `backup` wrote it")
    does = "look at all that the bot needs, and say what to do"
    commands.add_parser("doctor", help=does, description=does).set_defaults(command=consult)


async def start(settings: Settings, options: argparse.Namespace) -> None:
    """Set up what is missing, and serve wherever the settings say."""
    await setup(settings, options)
    if settings.token:
        await run(settings, options)
        return
    print("BOT_TOKEN is not set: this is the local chat", file=sys.stderr)
    await chat(settings, options)


async def setup(settings: Settings, _: object) -> None:
    """Set up what is missing."""
    from bot.upkeep.setting_up import set_up

    await set_up(settings)


async def backup(settings: Settings, options: argparse.Namespace) -> None:
    """Write a backup, and say what it holds."""
    from bot.upkeep.backup import back_up

    where = settings.database_url, settings.graph_dir, options.file
    found = await asyncio.to_thread(back_up, *where, at=utc_now())
    print(f"{options.file}: {tell(found)}")


async def put_back(settings: Settings, options: argparse.Namespace) -> None:
    """Put a backup back, and say what it held."""
    from bot.storage.migrating import migrate
    from bot.upkeep.backup import restore

    await asyncio.to_thread(migrate, settings.database_url)
    where = settings.database_url, settings.graph_dir, options.file
    print(f"put back: {tell(await asyncio.to_thread(restore, *where))}")


def tell(contents: "Contents") -> str:
    """Return in words what a backup holds."""
    n, people = sum(contents.rows.values()), contents.rows.get("users", 0)
    graph = f"graph {contents.graph}" if contents.graph else "no graph"
    return f"{people:,} people in {n:,} rows, {graph}, {contents.size / 2**20:.1f} MB"


async def consult(settings: Settings, _: object) -> None:
    """Print what the doctor found.

    Raises:
        OperatorError: Something is to be mended.
    """
    from bot.upkeep.doctor import examine

    findings = await examine(settings)
    for finding in findings:
        print(f"{'ok' if finding.well else 'NO':3} {finding.what}: {finding.words}")
    if faults := sum(not finding.well for finding in findings):
        raise OperatorError(f"{faults} to mend")


# Any: as application.run takes it.
async def run(settings: Settings, options: argparse.Namespace, **where: Any) -> None:
    """Serve on Telegram, or on another Bot API server."""
    if getattr(options, "setup", False):
        await setup(settings, options)
    use_few_arenas()
    services = await Services.open(settings)
    told = where.pop("on_ready", lambda: None)

    def on_ready() -> None:
        settle()
        told()

    try:
        await application.run(settings, services, on_ready=on_ready, **where)
    finally:
        await services.close()


async def chat(settings: Settings, options: argparse.Namespace) -> None:
    """Serve on a page of this computer, and print its address once the bot answers."""
    from bot.localchat.conversation import FIRST_PERSON_ID
    from bot.localchat.server import LocalBotApi
    from bot.web.mirror.routes import LocalPerson

    port = settings.port if options.port is None else options.port
    try:
        async with LocalBotApi.start(port=port) as api:
            # Who has this computer is the operator: the first person of the page stands for them.
            admins = settings.admins | {FIRST_PERSON_ID}
            listener = listen_beside(port)
            mirror = f"http://{LOOPBACK}:{listener.getsockname()[1]}/mirror"
            here = {"token": SecretStr(api.token), "admins": admins, "mirror_url": mirror}
            where = {
                "base_url": api.base_url,
                "listener": listener,
                "local": LocalPerson(FIRST_PERSON_ID, api.base_url),
                "on_ready": partial(greet, api.base_url, mirror),
            }
            await run(settings.model_copy(update=here), options, **where)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise OperatorError(f"port {port} is taken: try --port") from error


def listen_beside(port: int) -> socket.socket:
    """Return a socket on the port after the chat's, where browsers know the mirror again.

    They remember by port whether a page may use the camera.
    """
    try:
        return listen(LOOPBACK, min(port + 1, 65535) if port else 0)
    except OperatorError:
        return listen(LOOPBACK, 0)


def greet(chat: str, mirror: str) -> None:
    """Print where the chat is, and where the mirror."""
    print(chat, flush=True)
    print(f"{mirror} is the live mirror", flush=True)


async def ask(settings: Settings, options: argparse.Namespace) -> None:
    """Print what one file says and which songs suit it."""
    from bot.ask import answer_file, to_json, to_words

    how = {"aim": options.aim, "n": options.n, "rng": np.random.default_rng()}
    reading, suggestion = await answer_file(options.file, settings.graph_dir, **how)
    write = to_json if options.json else to_words
    print(write(options.file, reading, suggestion))


if __name__ == "__main__":
    sys.exit(main())
