"""👍 and 👎 under a song."""

import asyncio

from bot.handlers.delivery import answer, edit_keyboard
from bot.handlers.pressed import OldPressError, Pressed, owned, still_shown
from bot.presses import RatingPress
from bot.replies import keyboard_for
from bot.services import Services
from bot.storage.history import StoredSuggestion
from bot.storage.ratings import ratings_of, remove_rating, save_rating

TOASTS = {True: "toast.liked", False: "toast.disliked", None: "toast.taken_back"}


async def rate(services: Services, pressed: Pressed, press: RatingPress) -> None:
    """Keep what the person thinks of a song, and show it on the button."""
    stored = await owned(services, pressed, press.suggestion_id)
    if press.position >= len(stored.tracks):
        raise OldPressError(f"expected one of {len(stored.tracks)} songs, found {press.position}")
    await _save(services, stored, press)
    await asyncio.gather(
        answer(pressed.query, services.texts(TOASTS[press.liked])),
        _show(services, pressed, stored),
    )


async def _save(services: Services, stored: StoredSuggestion, press: RatingPress) -> None:
    track, run = stored.tracks[press.position], services.database.run
    if press.liked is None:
        await run(remove_rating, stored.user_id, track.track_id)
    else:
        await run(save_rating, stored.user_id, track, liked=press.liked, at=services.now())


async def _show(services: Services, pressed: Pressed, stored: StoredSuggestion) -> None:
    if await still_shown(services, pressed, stored):
        ratings = await services.database.run(ratings_of, stored.user_id)
        await edit_keyboard(pressed.message, keyboard_for(stored, ratings, services.texts))
