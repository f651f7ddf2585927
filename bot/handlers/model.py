"""The network in short: what it does, how often it is right, where it fails, what it is not for."""

from telegram import InputMediaPhoto, Message, Update
from telegram.constants import ParseMode

from bot.services import Services
from bot.wire.delivery import Context
from bot.words.card import Card
from bot.words.texts import Html, Texts

COST = 3.0  # tokens: an album is sent


async def show_model(services: Services, update: Update, _: Context) -> None:
    """Answer /model with the model card in short and two of its plots."""
    message = update.effective_message
    assert message is not None  # the filter matches messages only
    await _send(message, services.card, services.texts)


async def _send(message: Message, card: Card, texts: Texts) -> None:
    await message.reply_media_group(
        [InputMediaPhoto(plot) for plot in card.plots],
        caption=in_words(card, texts),
        parse_mode=ParseMode.HTML,
        allow_sending_without_reply=True,
    )


def in_words(card: Card, texts: Texts) -> Html:
    """Return the card as a caption."""
    best, *_, rare, rarest = card.recalls
    shares = {
        "agrees": card.agrees,
        "certain": card.certain,
        "certain_agrees": card.certain_agrees,
        "blurred": card.blurred,
        "found": card.recalls[best],
        "found_rare": card.recalls[rare],
        "found_rarest": card.recalls[rarest],
    }
    return texts(
        "model.card",
        n=texts.number(card.n),
        best=texts(f"emotion.{best}"),
        rare=texts(f"emotion.{rare}"),
        rarest=texts(f"emotion.{rarest}"),
        **{name: f"{share:.0f}" for name, share in shares.items()},
    )
