"""How the bot is, for an admin: in words, with a picture of the last day."""

from telegram import Update

from bot.screens.day import draw_day
from bot.screens.replies import Captioned, Reply
from bot.services import Services
from bot.storage.load import last_day, waiting
from bot.upkeep.pictures import TooManyPicturesError
from bot.wire.delivery import Context, send, send_picture
from bot.words.texts import Html


async def show_status(services: Services, update: Update, _: Context) -> None:
    """Answer /status: what waits, how late the program is, what is in use."""
    message = update.effective_message
    assert message is not None  # the filter matches messages only
    now, texts = services.now(), services.texts
    found = await services.database.run(waiting, at=now)
    day = await services.database.run(last_day, at=now)
    caption = texts(
        "status.words",
        came=texts.number(sum(part.n for part in day)),
        slow=f"{max(part.slow_s for part in day):.1f}",
        waiting=texts.number(found.n),
        oldest=f"{found.oldest_s:.0f}",
        lag=f"{1000 * services.vitals.lag_s:.0f}",
        version=services.graph.snapshot.version,
        tracks=texts.number(len(services.graph.snapshot)),
    )
    words = texts("status.title"), texts("status.came"), texts("status.waited")

    def draw() -> Captioned:
        return Captioned(draw_day(day, now, words), caption)

    try:
        picture = await services.pictures.drawn(("status", now), draw)
    except TooManyPicturesError:
        await send(message, Reply(Html(caption)))
        return
    await send_picture(message, picture.picture, Html(picture.caption))
