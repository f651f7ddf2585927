"""Runs the migrations.

The database is the first of: `-x url=...`, DATABASE_URL in the environment, the same in `.env`,
and what alembic.ini says: the one that the bot itself finds.
"""

import os
from pathlib import Path

from alembic import context
from dotenv import dotenv_values
from sqlalchemy import Engine, create_engine, event

from bot.storage.columns import Table
from bot.storage.postgresql import driver_url, is_postgresql

# Hosts that are updated together take turns: the second one finds nothing left to do.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('tunemirror migrations'))"


def find_url() -> str:
    """Return the address of the database."""
    return (
        context.get_x_argument(as_dictionary=True).get("url")
        or os.environ.get("DATABASE_URL")
        or dotenv_values(".env").get("DATABASE_URL")
        or context.config.get_main_option("sqlalchemy.url", "")
    )


def engine_for(url: str) -> Engine:
    """Return an engine whose transactions undo tables too."""
    if is_postgresql(url):
        engine = create_engine(driver_url(url))
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(ONE_AT_A_TIME))
        return engine
    engine = create_engine(url)
    Path(engine.url.database or "").parent.mkdir(parents=True, exist_ok=True)
    # Foreign keys stay off while batch mode copies tables: dropping the old one would cascade.
    event.listen(engine, "connect", lambda driver, _: setattr(driver, "isolation_level", None))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def migrate() -> None:
    """Bring the database to the wanted revision, all of it or nothing."""
    engine = engine_for(find_url())
    try:
        with engine.connect() as connection:
            context.configure(
                connection=connection,
                target_metadata=Table.metadata,
                render_as_batch=True,
                transactional_ddl=True,  # the listeners above make it true for SQLite
            )
            with context.begin_transaction():
                context.run_migrations()
    finally:
        engine.dispose()


migrate()
