"""The buttons under songs: put anew after a press, with what it opened or changed."""

from urllib.parse import urlencode

from bot.handlers.pressed import OldPressError, Pressed, owned, still_shown
from bot.screens.card import Card, Never, card_keyboard
from bot.screens.links import MixSigner
from bot.screens.song_presses import Panel
from bot.services import Services
from bot.storage.history import StoredSuggestion, StoredTrack
from bot.storage.ratings import ratings_of
from bot.wire.delivery import edit_keyboard
from graph.links import playlist

TELEGRAM_SHARE = "https://t.me/share/url"


async def redraw(
    services: Services,
    pressed: Pressed,
    stored: StoredSuggestion,
    panel: Panel = Panel.CLOSED,
    never: Never | None = None,
) -> None:
    """Put buttons that show what is so now in place of the old ones."""
    if not await still_shown(services, pressed, stored):
        return
    ratings = await services.database.run(ratings_of, stored.user_id)
    card = Card(
        stored,
        [ratings.get(track.track_id) for track in stored.tracks],
        panel,
        never,
        playlist([services.track_of(track) for track in stored.tracks]),
        _share_url(services, pressed, stored),
    )
    await edit_keyboard(pressed.message, card_keyboard(card, services.texts))


async def song_of(
    services: Services, pressed: Pressed, suggestion_id: int, position: int
) -> tuple[StoredSuggestion, StoredTrack]:
    """Return the song that a button belongs to, and its suggestion.

    Raises:
        UnknownSuggestionError: The suggestion was forgotten.
        OldPressError: It is somebody else's, or has no such song.
    """
    stored = await owned(services, pressed, suggestion_id)
    if position >= len(stored.tracks):
        raise OldPressError(f"expected one of {len(stored.tracks)} songs, found {position}")
    return stored, stored.tracks[position]


def _share_url(services: Services, pressed: Pressed, stored: StoredSuggestion) -> str:
    """Return the address that lets a person choose to whom to send these songs."""
    link = MixSigner.of(services.settings).link(
        pressed.message.get_bot().username, stored.suggestion_id
    )
    return f"{TELEGRAM_SHARE}?{urlencode({'url': link, 'text': services.texts('mix.share')})}"
