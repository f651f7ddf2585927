"""Songs for a wish, and the refusals that several handlers share."""

import logging
from functools import partial

from telegram import InlineKeyboardMarkup, Message

from bot.handlers.care import name_help_once
from bot.handlers.tending import plan_question
from bot.screens.buttons import link_button
from bot.screens.keyboards import mood_keyboard
from bot.screens.replies import Reply, blended, compose_plain, compose_songs
from bot.services import Services
from bot.storage.answers import Wish
from bot.storage.history import mark_sent
from bot.storage.users import is_known
from bot.upkeep.choosing import NoSongsError
from bot.wire.delivery import is_private, send
from bot.wire.work import keep
from bot.words.texts import Html, Texts

log = logging.getLogger(__name__)


async def send_wished(
    services: Services, message: Message, wish: Wish, opening: Html, *, quote: bool | None = None
) -> None:
    """Answer a message with the songs that somebody wishes for; or say that none are left.

    Args:
        services: The parts of the bot.
        message: What is answered.
        wish: What for.
        opening: What stands above the songs.
        quote: Answer with a reply in private chats, too, so that the message can be found again.
    """
    texts = services.texts
    try:
        if not is_private(message.chat) and not await services.database.run(is_known, wish.user_id):
            await _send_unkept(services, message, wish, opening)
            return
        songs = await services.suggest(wish)
    except NoSongsError as error:
        await send(message, Reply(about(error, texts), mood_keyboard(texts)))
        return
    if songs.stored.message_id is not None:  # sent before a crash
        return
    sent = await send(message, compose_songs(songs, opening, texts), quote=quote)
    shown = partial(
        mark_sent,
        suggestion_id=songs.stored.suggestion_id,
        message_id=sent.message_id,
        chat_id=sent.chat_id,
    )
    await keep(services.database, shown)
    await plan_question(services, wish, songs.stored.suggestion_id)
    await name_help_once(services, message, wish)


async def _send_unkept(services: Services, message: Message, wish: Wish, opening: Html) -> None:
    """Answer a member of a group who did not begin to use the bot: nothing about them is kept."""
    chosen, texts = await services.suggest_unkept(wish), services.texts
    opening = blended(opening, chosen.blend, texts)
    url = f"https://t.me/{message.get_bot().username}?start=group"
    invitation = InlineKeyboardMarkup.from_button(link_button(texts("mix.invite"), url))
    await send(message, compose_plain(chosen.picks, opening, texts, invitation))


def about(error: NoSongsError, texts: Texts) -> Html:
    """Return what a person can do where no songs are left for them."""
    return texts("songs.unfit" if error.filtered else "songs.none")


async def in_private(services: Services, message: Message) -> bool:
    """Return whether nobody else reads along; ask for a private chat if somebody does."""
    private = is_private(message.chat)
    if not private:
        await send(message, Reply(services.texts("history.private")))
    return private
