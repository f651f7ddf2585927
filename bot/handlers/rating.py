"""What a person says of the songs: 👍, 👎, never this artist, and that they helped."""

import dataclasses

from bot.handlers.card import redraw, song_of
from bot.handlers.pressed import Pressed, open_to_all, owned
from bot.screens.card import Never, offer_never
from bot.screens.song_presses import HelpedPress, NeverPress, Panel, RatingPress
from bot.services import Services
from bot.storage.artists import allow_artist, block_artist, blocked_by
from bot.storage.evidence import save_helped
from bot.storage.history import StoredSuggestion, StoredTrack
from bot.storage.ratings import rate as keep_rating
from bot.wire.delivery import answer, together

TOASTS = {True: "toast.liked", False: "toast.disliked", None: "toast.taken_back"}


async def rate(services: Services, pressed: Pressed, press: RatingPress) -> None:
    """Keep what the person thinks of a song, and show it; a 👎 asks about the artist.

    In a group everybody who uses the bot rates for themselves, and nobody's rating is shown.
    """
    stored, track = await song_of(
        services, pressed, press.suggestion_id, press.position, allowed=open_to_all
    )
    await _save(services, pressed.user_id, track, press)
    if stored.shared:
        await answer(pressed.query, services.texts(TOASTS[press.liked]))
        return
    never = None
    if press.liked is False:
        known = await services.database.run(blocked_by, stored.user_id)
        blocked = track.first_artist in {each.artist for each in known}
        never = offer_never(track, press.position, blocked=blocked)
    await _show(services, pressed, stored, TOASTS[press.liked], never)


async def keep_away(services: Services, pressed: Pressed, press: NeverPress) -> None:
    """Keep an artist away for good, or let them come again."""
    stored, track = await song_of(services, pressed, press.suggestion_id, press.position)
    change = block_artist if press.never else allow_artist
    await services.database.run(change, stored.user_id, track.first_artist)
    never = offer_never(track, press.position, blocked=press.never)
    toast = "toast.never" if press.never else "toast.taken_back"
    await _show(services, pressed, stored, toast, never)


async def note_help(services: Services, pressed: Pressed, press: HelpedPress) -> None:
    """Keep that the songs helped, or that the person takes it back."""
    stored = await owned(services, pressed, press.suggestion_id)
    at = services.now() if press.helped else None
    await services.database.run(save_helped, stored.suggestion_id, at=at)
    services.shared_taste.note()
    stored = dataclasses.replace(stored, helped=press.helped)
    toast = "toast.helped" if press.helped else "toast.taken_back"
    await _show(services, pressed, stored, toast)


async def _save(services: Services, user_id: int, track: StoredTrack, press: RatingPress) -> None:
    at = services.now()
    await services.database.run(keep_rating, user_id, track, liked=press.liked, at=at)
    services.shared_taste.note()


async def _show(
    services: Services,
    pressed: Pressed,
    stored: StoredSuggestion,
    toast: str,
    never: Never | None = None,
) -> None:
    """Answer a press, and show what was pressed; the ratings stay open for the next song."""
    await together(
        answer(pressed.query, services.texts(toast)),
        redraw(services, pressed, stored, Panel.RATE, never),
    )
