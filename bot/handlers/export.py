"""/export: all that is kept about a person, in their own hands."""

import asyncio

from telegram import Update

from bot.handlers.answering import in_private
from bot.screens.exports import as_csv, as_json
from bot.services import Services
from bot.storage.consent import allowed_by
from bot.storage.export import export_of
from bot.wire.delivery import Context, send_file
from bot.words.clocks import zone_of

COST = 10.0  # tokens: everything is read, and two files are sent


async def export(services: Services, update: Update, _: Context) -> None:
    """Answer /export with a table of moods and songs, and a file with everything."""
    message, user, texts = update.effective_message, update.effective_user, services.texts
    assert message is not None  # the filter matches messages only
    if user is None or not await in_private(services, message):
        return
    tables = await services.database.run(export_of, user.id)
    zone = zone_of((await services.database.run(allowed_by, user.id)).zone, services.language)
    table = await asyncio.to_thread(as_csv, tables, zone)
    everything = await asyncio.to_thread(as_json, tables)
    await send_file(message, table, "tunemirror.csv", texts("export.csv"))
    await send_file(message, everything, "tunemirror.json", texts("export.json"))
