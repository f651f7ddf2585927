"""The way to the live mirror."""

from telegram import Update

from bot.handlers.answering import in_private
from bot.screens.keyboards import mirror_keyboard
from bot.screens.replies import Reply
from bot.services import Services
from bot.wire.delivery import Context, send


async def show_mirror(services: Services, update: Update, _: Context) -> None:
    """Answer /mirror: a button that opens the page; a selfie instead where there is none."""
    message, texts = update.effective_message, services.texts
    assert message is not None  # the filter matches messages only
    address = services.settings.mirror_url
    if address is None:
        await send(message, Reply(texts("mirror.missing")))
    elif await in_private(services, message):
        await send(message, Reply(texts("mirror.invite"), mirror_keyboard(address, texts)))
