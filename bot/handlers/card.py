"""The buttons under songs: shown again after a press, with what it opened or changed."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

from telegram import Message

from bot.handlers.pressed import OldPressError, Pressed, owned, still_shown
from bot.screens.card import Card, Never, card_keyboard, ratings_shown
from bot.screens.links import MixSigner
from bot.screens.song_presses import Panel
from bot.services import Services
from bot.storage.history import StoredSuggestion, StoredTrack
from bot.storage.ratings import ratings_of
from bot.storage.readings import ReadingSource
from bot.wire.delivery import edit_keyboard
from graph.links import playlist

PICTURES = {ReadingSource.SELFIE, ReadingSource.GROUP, ReadingSource.CLIP}
TELEGRAM_SHARE = "https://t.me/share/url"


async def redraw(
    services: Services,
    pressed: Pressed,
    stored: StoredSuggestion,
    panel: Panel = Panel.CLOSED,
    never: Never | None = None,
) -> None:
    """Replace the buttons by ones that show the current state."""
    if not await still_shown(services, pressed, stored):
        return
    ratings = await services.database.run(ratings_of, stored.user_id)
    card = Card(
        stored,
        ratings_shown(stored, ratings),
        panel,
        never,
        playlist([services.track_of(track) for track in stored.tracks]),
        _share_url(services, pressed, stored),
        picture_of(pressed, stored) is not None,
    )
    await edit_keyboard(pressed.message, card_keyboard(card, services.texts))


def picture_of(pressed: Pressed, stored: StoredSuggestion) -> Message | None:
    """Return the message with the picture or clip that was read, as long as it is there.

    The answer is a reply to it, so Telegram brings it along with the press: nothing of it has to
    be remembered here. Later answers for the same mood are no replies to it.
    """
    original = pressed.message.reply_to_message
    if original is None or stored.reading.source not in PICTURES:
        return None
    return original if original.effective_attachment else None


async def song_of(
    services: Services,
    pressed: Pressed,
    suggestion_id: int,
    position: int,
    *,
    allowed: Callable[[Services, Pressed, int], Awaitable[StoredSuggestion]] = owned,
) -> tuple[StoredSuggestion, StoredTrack]:
    """Return the song that a button belongs to, and its suggestion.

    Raises:
        UnknownSuggestionError: The suggestion was forgotten.
        OldPressError: It stands in another message, or has no such song.
        BotError: Whom `allowed` does not allow to press it.
    """
    stored = await allowed(services, pressed, suggestion_id)
    if position >= len(stored.tracks):
        raise OldPressError(f"expected one of {len(stored.tracks)} songs, found {position}")
    return stored, stored.tracks[position]


def _share_url(services: Services, pressed: Pressed, stored: StoredSuggestion) -> str:
    """Return the address that lets a person choose to whom to send these songs."""
    link = MixSigner.of(services.settings).link(
        pressed.message.get_bot().username, stored.suggestion_id
    )
    return f"{TELEGRAM_SHARE}?{urlencode({'url': link, 'text': services.texts('mix.share')})}"
