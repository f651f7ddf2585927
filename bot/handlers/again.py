"""Other songs for the same picture or mood: more, another aim, the mood that it really is."""

import dataclasses
from functools import partial

from bot.handlers.answering import send_wished
from bot.handlers.pressed import Pressed, owned
from bot.screens.openings import opening_for_wish
from bot.screens.replies import compose_songs
from bot.screens.song_presses import AimPress, CorrectPress, MorePress
from bot.services import Services
from bot.storage.answers import Wish, shown_before
from bot.storage.history import StoredSuggestion, StoredTrack, mark_sent
from bot.storage.readings import correct_reading
from bot.wire.delivery import answer, edit, together
from bot.wire.work import keep
from inference.emotions import EmotionScores


async def send_more(services: Services, pressed: Pressed, press: MorePress) -> None:
    """Send the next songs for the same mood; those above stay, to be rated."""
    stored = await owned(services, pressed, press.suggestion_id)
    wish = _wish(stored, pressed)
    opening = opening_for_wish(wish, services.texts, care=services.care)
    await together(answer(pressed.query), send_wished(services, pressed.message, wish, opening))


async def change_aim(services: Services, pressed: Pressed, press: AimPress) -> None:
    """Show songs with another aim, in place: those that stood there before, or else new ones."""
    stored = await owned(services, pressed, press.suggestion_id)
    if press.aim == stored.aim:
        await answer(pressed.query)
        return
    earlier = await services.database.run(shown_before, stored, press.aim)
    wish = dataclasses.replace(_wish(stored, pressed), aim=press.aim)
    await _pick_again(services, pressed, wish, earlier[0].tracks if earlier else ())


async def correct(services: Services, pressed: Pressed, press: CorrectPress) -> None:
    """Believe the person: correct the reading, and choose again in place."""
    stored = await owned(services, pressed, press.suggestion_id)
    reading_id = stored.reading.reading_id
    await services.database.run(correct_reading, reading_id, press.emotion, at=services.now())
    scores = EmotionScores.only(press.emotion)
    await _pick_again(services, pressed, dataclasses.replace(_wish(stored, pressed), scores=scores))


async def _pick_again(
    services: Services, pressed: Pressed, wish: Wish, before: tuple[StoredTrack, ...] = ()
) -> None:
    songs = await services.suggest(wish, before)
    opening = opening_for_wish(wish, services.texts, care=services.care)

    async def show() -> None:
        message_id = await edit(pressed.message, compose_songs(songs, opening, services.texts))
        suggestion_id = songs.stored.suggestion_id
        shown = partial(mark_sent, suggestion_id=suggestion_id, message_id=message_id)
        await keep(services.database, shown)

    await together(answer(pressed.query), show())


def _wish(stored: StoredSuggestion, pressed: Pressed) -> Wish:
    """Return the wish for other songs of the same reading."""
    return Wish(
        user_id=stored.user_id,
        chat_id=stored.chat_id,
        update_id=pressed.update_id,
        language=pressed.query.from_user.language_code,
        scores=stored.scores,
        source=stored.reading.source,
        certain=stored.reading.certain,
        reading_id=stored.reading.reading_id,
        aim=stored.aim,
        asked=stored.asked,
    )
