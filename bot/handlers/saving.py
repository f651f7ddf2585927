"""Songs to take along: a plain list, or a file that players read."""

from bot.handlers.pressed import Pressed, affords, owned
from bot.screens.playlists import compose_list, jspf
from bot.screens.replies import Reply
from bot.screens.song_presses import Form, SavePress
from bot.services import Services
from bot.wire.delivery import answer, send, send_file

COST = 3.0  # tokens besides the press: a file is sent


async def save_songs(services: Services, pressed: Pressed, press: SavePress) -> None:
    """Send the songs in the form that was asked for."""
    stored, texts = await owned(services, pressed, press.suggestion_id), services.texts
    if not await affords(services, pressed, COST):
        return
    tracks = [services.track_of(track) for track in stored.tracks]
    await answer(pressed.query)
    match press.form:
        case Form.TEXT:
            await send(pressed.message, Reply(compose_list(tracks, texts)))
        case Form.JSPF:
            content = jspf(tracks, title=texts("mix.title"), at=stored.at)
            name = f"tunemirror-{stored.at:%Y-%m-%d}.jspf"
            await send_file(pressed.message, content, name, texts("mix.file"))
