"""Why these songs: a picture of the way that led to one of them, or of the bridge through all."""

import logging
from collections.abc import Callable
from functools import partial

from telegram.constants import ChatAction

from bot.handlers.card import redraw, song_of
from bot.handlers.pressed import Pressed, affords
from bot.screens.replies import Captioned, Reply
from bot.screens.song_presses import WhySongPress
from bot.screens.why import explain_bridge, explain_song
from bot.services import Services
from bot.storage.history import StoredSuggestion
from bot.storage.preferences import preferences_of
from bot.storage.ratings import liked_before
from bot.upkeep.pictures import TooManyPicturesError
from bot.wire.actions import show_action
from bot.wire.delivery import answer, send, send_picture, together
from bot.words.texts import Html
from graph.choosing.recommend import Aim, Request
from graph.snapshot.store import Snapshot
from graph.tracks import TrackId

log = logging.getLogger(__name__)

COST = 3.0  # tokens besides the press: as much as a selfie

Draw = Callable[[Snapshot, Request], Captioned]


async def explain_all(services: Services, pressed: Pressed, stored: StoredSuggestion) -> None:
    """Send the bridge that led through all of the songs."""
    track_ids = tuple(track.track_id for track in stored.tracks)
    english = services.speaking(None).texts
    draw = partial(explain_bridge, track_ids=track_ids, texts=services.texts, english=english)
    await _explain(services, pressed, stored, track_ids, draw)


async def explain(services: Services, pressed: Pressed, press: WhySongPress) -> None:
    """Send why one song is there, and put the buttons under the songs back."""
    stored, track = await song_of(services, pressed, press.suggestion_id, press.position)
    number, texts = press.position + 1, services.texts
    english = services.speaking(None).texts
    draw = partial(
        explain_song, track_id=track.track_id, number=number, texts=texts, english=english
    )
    await _explain(services, pressed, stored, (track.track_id,), draw)
    await redraw(services, pressed, stored)


async def _explain(
    services: Services,
    pressed: Pressed,
    stored: StoredSuggestion,
    track_ids: tuple[TrackId, ...],
    draw: Draw,
) -> None:
    """Send the picture, or say what stands in its way."""
    texts, snapshot, message = services.texts, services.graph.snapshot, pressed.message
    if not snapshot.rows(track_ids).size:
        await answer(pressed.query, texts("toast.left"), alert=True)
        return
    if not await affords(services, pressed, COST):
        return
    await together(answer(pressed.query), show_action(message, ChatAction.UPLOAD_PHOTO))
    liked = await services.database.run(liked_before, stored.user_id, stored.at)
    preferences = await services.database.run(preferences_of, stored.user_id)
    request = Request(
        stored.scores, Aim(stored.aim), liked=tuple(liked), freshness=preferences.freshness
    )
    key = (snapshot.version, request, track_ids, texts.language)
    try:
        found = await services.pictures.drawn(key, partial(draw, snapshot, request))
    except TooManyPicturesError:
        log.info("picture_refused")
        await send(message, Reply(texts("limit.pictures")))
        return
    same = stored.version == snapshot.version
    note = Html("") if same else texts("why.rebuilt")
    log.info("explained aim=%s n=%d", stored.aim, len(track_ids))
    await send_picture(message, found.picture, Html(f"{found.caption}\n\n{note}".rstrip()))
