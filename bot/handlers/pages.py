"""Words to read, page by page: /help and /privacy."""

from telegram import Update

from bot.handlers.pressed import Pressed
from bot.screens.links import LinkSigner
from bot.screens.pages import compose_page
from bot.screens.people_presses import Page, PagePress
from bot.screens.replies import Reply
from bot.services import Services
from bot.wire.delivery import Context, answer, edit, is_private, send, together


async def help_along(services: Services, update: Update, _: Context) -> None:
    """Answer /help: what can be sent; an admin is told in a second message what more they can."""
    message, user = update.effective_message, update.effective_user
    assert message is not None  # the filter matches messages only
    await send(message, _page(services, Page.HELP))
    if user and user.id in services.settings.admins and is_private(message.chat):
        await send(message, Reply(services.texts("help.admin")))


async def explain_privacy(services: Services, update: Update, _: Context) -> None:
    """Answer /privacy: what becomes of a picture, for how long things are kept, who runs this."""
    message = update.effective_message
    assert message is not None  # the filter matches messages only
    await send(message, _page(services, Page.PRIVACY))


async def turn_leaf(services: Services, pressed: Pressed, press: PagePress) -> None:
    """Show another page in place."""
    await together(answer(pressed.query), edit(pressed.message, _page(services, press.page)))


def _page(services: Services, page: Page) -> Reply:
    links_are_ours = LinkSigner.of(services.settings) is not None
    operator = services.settings.operator
    return compose_page(page, services.texts, operator=operator, links_are_ours=links_are_ours)
