"""Brings a database to the newest migration."""

import argparse
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import exc

from bot.storage.database import fault
from bot.storage.schema import SchemaError

CONFIG = Path(__file__).parents[2] / "alembic.ini"


def migrate(url: str) -> None:
    """Set up a database that is missing or empty, or update one; all of it or nothing.

    Raises:
        SchemaError: It belongs to another program or a newer version, or cannot be reached.
    """
    config = Config(CONFIG, cmd_opts=argparse.Namespace(x=[f"url={url}"]))
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise SchemaError(
            "the database was made by a newer version of the bot, or by another program: "
            f"update the bot, restore a backup, or name another one in DATABASE_URL ({error})"
        ) from error
    except exc.DBAPIError as error:
        raise SchemaError(f"the database cannot be set up: {fault(error)}") from error
    except OSError as error:
        raise SchemaError(f"the database cannot be made: {error}") from error
