"""Why these songs: a picture of the way that led to one of them, or of the bridge through all."""

import logging
from collections.abc import Callable
from functools import partial

from telegram.constants import ChatAction

from bot.handlers.pressed import OldPressError, Pressed, owned, still_shown
from bot.screens.keyboards import why_keyboard
from bot.screens.presses import WhyPress, WhySongPress
from bot.screens.replies import Captioned, Reply, keyboard_for
from bot.screens.why import explain_bridge, explain_song
from bot.services import Services
from bot.storage.history import StoredSuggestion
from bot.storage.preferences import preferences_of
from bot.storage.ratings import liked_before, ratings_of
from bot.upkeep.pictures import TooManyPicturesError
from bot.wire.delivery import answer, edit_keyboard, send, send_picture, show_action, together
from bot.words.texts import Html
from graph.choosing.recommend import Aim, Request
from graph.snapshot.store import Snapshot
from graph.tracks import TrackId

log = logging.getLogger(__name__)

COST = 3.0  # tokens besides the press: as much as a selfie

Draw = Callable[[Snapshot, Request], Captioned]


async def open_why(services: Services, pressed: Pressed, press: WhyPress) -> None:
    """Ask which song is meant, or close that again; a bridge is explained as a whole."""
    stored = await owned(services, pressed, press.suggestion_id)
    texts, track_ids = services.texts, tuple(track.track_id for track in stored.tracks)
    if press.opened and Aim(stored.aim) is not Aim.MATCH:
        draw = partial(explain_bridge, track_ids=track_ids, texts=texts)
        await _explain(services, pressed, stored, track_ids, draw)
        return
    await answer(pressed.query, texts("toast.why") if press.opened else None)
    if not await still_shown(services, pressed, stored):
        return
    ratings = await services.database.run(ratings_of, stored.user_id)
    await edit_keyboard(
        pressed.message,
        why_keyboard(stored.suggestion_id, len(track_ids), texts)
        if press.opened
        else keyboard_for(stored, ratings, texts),
    )


async def explain(services: Services, pressed: Pressed, press: WhySongPress) -> None:
    """Send why one song is there; the numbers stay, to ask about another."""
    stored = await owned(services, pressed, press.suggestion_id)
    if press.position >= len(stored.tracks):
        raise OldPressError(f"expected one of {len(stored.tracks)} songs, found {press.position}")
    track_id, number = stored.tracks[press.position].track_id, press.position + 1
    draw = partial(explain_song, track_id=track_id, number=number, texts=services.texts)
    await _explain(services, pressed, stored, (track_id,), draw)


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
    if not services.limits.allow(pressed.user_id, cost=COST, at=services.now()):
        await answer(pressed.query, texts("toast.slow"), alert=True)
        return
    await together(answer(pressed.query), show_action(message, ChatAction.UPLOAD_PHOTO))
    liked = await services.database.run(liked_before, stored.user_id, stored.at)
    preferences = await services.database.run(preferences_of, stored.user_id)
    request = Request(
        stored.scores, Aim(stored.aim), liked=tuple(liked), freshness=preferences.freshness
    )
    key = (snapshot.version, request, track_ids)
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
