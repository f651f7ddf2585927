"""Songs for what the mirror saw: the same way as in the chat, and into it where that is wanted."""

import hashlib
import logging
from typing import TYPE_CHECKING, Any

from bot.errors import BotError
from bot.screens.card import Card, card_keyboard
from bot.screens.openings import opening_for_mood
from bot.screens.replies import compose_songs, song_words
from bot.screens.songs import Songs
from bot.services import Services
from bot.storage.answers import Wish, newest_in
from bot.storage.history import StoredSuggestion, mark_sent, suggestion_of
from bot.storage.ratings import rate, ratings_of
from bot.storage.readings import ReadingSource
from bot.web.mirror.asked import RatingAsked, SongsAsked
from bot.web.mirror.visitors import Visitor
from bot.wire.delivery import NotDeliveredError, edit_keyboard_in, send_to
from bot.words.texts import Html, plain
from graph.choosing.recommend import Aim
from graph.links import playlist

if TYPE_CHECKING:
    from telegram import Bot

log = logging.getLogger(__name__)

TOASTS = {True: "toast.liked", False: "toast.disliked", None: "toast.taken_back"}


class NotTheirsError(BotError):
    """The suggestion is somebody else's, or has no such song."""


async def songs_for(
    services: Services, bot: "Bot", visitor: Visitor, asked: SongsAsked, *, certain_above: float
) -> dict[str, Any]:
    """Return songs as the page shows them; they come in the chat as well where that is asked.

    Args:
        services: They speak the person's language.
        bot: Writes to the chat.
        visitor: The person, whose private chat has the same number.
        asked: What they want.
        certain_above: From which probability on a reading is certain.

    Raises:
        NoSongsError: Nothing is left that would fit.
        UnknownSuggestionError: The earlier suggestion was forgotten.
        NotTheirsError: The earlier suggestion is somebody else's.
    """
    wish = await _wish(services, visitor, asked, certain_above)
    songs = await services.suggest(wish)
    if asked.to_chat and songs.stored.message_id is None:
        await _send(services, bot, songs)
    return as_json(services, songs)


async def rating_of(services: Services, bot: "Bot", user_id: int, asked: RatingAsked) -> str:
    """Keep what a person thinks of a song, show it in the chat, and return the words for it.

    Raises:
        UnknownSuggestionError: The suggestion was forgotten.
        NotTheirsError: It is somebody else's, or has no such song.
    """
    stored = await _owned(services, user_id, asked.suggestion_id)
    if asked.position >= len(stored.tracks):
        raise NotTheirsError(f"expected one of {len(stored.tracks)} songs, found {asked.position}")
    track = stored.tracks[asked.position]
    await services.database.run(rate, user_id, track, liked=asked.liked, at=services.now())
    services.shared_taste.note()
    await _show_in_chat(services, bot, stored)
    return plain(services.texts(TOASTS[asked.liked]))


def as_json(services: Services, songs: Songs) -> dict[str, Any]:
    """Return a suggestion as the page shows it."""
    texts = services.texts
    return {
        "suggestion": songs.stored.suggestion_id,
        "aim": songs.stored.aim,
        "heading": plain(_opening(services, songs)).rstrip(":"),
        "note": plain(texts("songs.narrow")) if songs.narrow else "",
        "songs": [
            {
                **song_words(track, reason, texts),
                "spotify": songs.links(position).spotify,
                "youtube": songs.links(position).youtube,
                "liked": songs.ratings.get(track.id),
            }
            for position, (track, reason) in enumerate(songs.picks)
        ],
    }


async def _wish(
    services: Services, visitor: Visitor, asked: SongsAsked, certain_above: float
) -> Wish:
    """Return the wish as the chat would make it; the same request is the same wish."""
    scores, certain, reading_id = asked.scores, True, None
    if scores is None:
        earlier = await _owned(services, visitor.user_id, asked.like or 0)
        scores, reading = earlier.scores, earlier.reading
        certain, reading_id = reading.certain, reading.reading_id
    else:
        certain = max(scores.probabilities) >= certain_above
    return Wish(
        user_id=visitor.user_id,
        chat_id=visitor.user_id,
        update_id=request_number(visitor.user_id, asked.request),
        language=visitor.language,
        scores=scores,
        source=ReadingSource.MIRROR,
        certain=certain,
        reading_id=reading_id,
        aim=asked.aim,
    )


def request_number(user_id: int, request: str) -> int:
    """Return a number for a person's request; below 0, where Telegram's updates have none."""
    digest = hashlib.sha256(f"{user_id} {request}".encode()).digest()
    return -(int.from_bytes(digest[:8]) >> 2) - 1


async def _send(services: Services, bot: "Bot", songs: Songs) -> None:
    """Write the songs to the person's chat, if they have one."""
    stored = songs.stored
    reply = compose_songs(songs, _opening(services, songs), services.texts)
    try:
        message_id = await send_to(bot, stored.chat_id, reply)
    except NotDeliveredError as error:  # the page shows them all the same
        log.info("mirror_songs_not_sent reason=%s", error)
        return
    await services.database.run(mark_sent, stored.suggestion_id, message_id)


async def _show_in_chat(services: Services, bot: "Bot", stored: StoredSuggestion) -> None:
    """Let the buttons under the same songs in the chat say what the person thinks of them now."""
    if stored.message_id is None:
        return
    newest = await services.database.run(newest_in, stored.chat_id, stored.message_id)
    if newest > stored.suggestion_id:
        return  # the message shows other songs by now
    ratings = await services.database.run(ratings_of, stored.user_id)
    card = Card(
        stored,
        [ratings.get(track.track_id) for track in stored.tracks],
        play_url=playlist([services.track_of(track) for track in stored.tracks]),
    )
    keyboard = card_keyboard(card, services.texts)
    try:
        await edit_keyboard_in(bot, stored.chat_id, stored.message_id, keyboard)
    except NotDeliveredError as error:  # the rating is kept all the same
        log.info("mirror_rating_not_shown reason=%s", error)


def _opening(services: Services, songs: Songs) -> Html:
    return opening_for_mood(songs.stored.scores, Aim(songs.stored.aim), services.texts)


async def _owned(services: Services, user_id: int, suggestion_id: int) -> StoredSuggestion:
    stored = await services.database.run(suggestion_of, suggestion_id)
    if stored.user_id != user_id:
        raise NotTheirsError("expected a suggestion of one's own")
    return stored
