"""What a person felt and liked, as far as the bot knows: a list, and pictures of it."""

from datetime import datetime, time, timedelta
from functools import partial

from telegram import Update

from bot.handlers.answering import in_private
from bot.handlers.personal import keep_clock
from bot.handlers.pressed import OldPressError, Pressed, affords, check_private
from bot.screens.history import LIKED, PAGE, HistoryPage, compose_history, view_keyboard
from bot.screens.history_presses import (
    ClockPress,
    DeletePress,
    ErasePress,
    HistoryPress,
    ViewPress,
)
from bot.screens.keyboards import mood_keyboard
from bot.screens.replies import Reply
from bot.screens.views import Diary, compose_view, first_day
from bot.services import Services
from bot.storage.consent import allowed_by
from bot.storage.keeping import delete_reading, heard_since, readings_since
from bot.storage.ratings import liked_by
from bot.storage.readings import readings_of
from bot.upkeep.pictures import TooManyPicturesError
from bot.wire.delivery import Context, answer, edit, put_picture, send
from bot.words.clocks import OFFERED, clock_in, likely_zones, name_of, zone_of

MAX_PAGE = 100_000
COST = 3.0  # tokens besides the press: a picture is drawn


async def show_history(services: Services, update: Update, _: Context) -> None:
    """Answer /history with the newest page."""
    message, user = update.effective_message, update.effective_user
    assert message is not None  # the filter matches messages only
    if user and await in_private(services, message):
        await send(message, await _page(services, user.id, 0))


async def turn_page(services: Services, pressed: Pressed, press: HistoryPress | ErasePress) -> None:
    """Show another page of the history in place, or the numbers to delete entries by.

    Raises:
        OldPressError: No history is that long, or others read along: the press is made up.
    """
    check_private(pressed)
    erasing = isinstance(press, ErasePress)
    reply = await _page(services, pressed.user_id, press.page, erasing=erasing)
    await answer(pressed.query)
    await edit(pressed.message, reply)


async def delete_entry(services: Services, pressed: Pressed, press: DeletePress) -> None:
    """Delete one mood and its songs, and show what is left.

    Raises:
        OldPressError: It is gone already, or somebody else's.
    """
    check_private(pressed)
    reply = await _page(services, pressed.user_id, press.page, without=press.reading_id)
    await answer(pressed.query, services.texts("toast.deleted"))
    await edit(pressed.message, reply)


async def set_clock(services: Services, pressed: Pressed, press: ClockPress) -> None:
    """Keep a person's clock, and show the newest page by it.

    Raises:
        OldPressError: There is no such clock, or others read along.
    """
    check_private(pressed)
    if press.place >= len(OFFERED):
        raise OldPressError(f"expected one of {len(OFFERED)} clocks, found {press.place}")
    await keep_clock(services, pressed.user_id, OFFERED[press.place])
    await answer(pressed.query)
    await edit(pressed.message, await _page(services, pressed.user_id, 0))


async def show_view(services: Services, pressed: Pressed, press: ViewPress) -> None:
    """Show a picture of the moods: under the list a new one, under a picture in its place.

    Raises:
        OldPressError: Others read along: the press is made up.
    """
    check_private(pressed)
    texts = services.texts
    if not await affords(services, pressed, COST):
        return
    await answer(pressed.query)
    diary = await _diary(services, pressed.user_id, press)
    english = services.speaking(None).texts
    draw = partial(compose_view, diary, press.view, texts, english, dark=press.dark)
    key = (press, pressed.user_id, texts.language, diary.today, tuple(diary.readings))
    try:
        found = await services.pictures.drawn(key, draw)
    except TooManyPicturesError:
        await send(pressed.message, Reply(texts("limit.pictures")))
        return
    keyboard = view_keyboard(press.view, texts, dark=press.dark)
    await put_picture(pressed.message, found.picture, found.caption, keyboard)


async def _diary(services: Services, user_id: int, press: ViewPress) -> Diary:
    run, now = services.database.run, services.now()
    zone = zone_of((await run(allowed_by, user_id)).zone, services.language)
    day = first_day(press.view, now.astimezone(zone).date()) - timedelta(days=7)  # of whole weeks
    since = datetime.combine(day, time(), zone)
    readings, heard = (
        await run(readings_since, user_id, since),
        await run(heard_since, user_id, since),
    )
    return Diary(readings, heard, now, zone)


async def _page(
    services: Services,
    user_id: int,
    number: int,
    *,
    erasing: bool = False,
    without: int | None = None,
) -> Reply:
    """Return a page of moods; of liked songs, the newest stand under the first."""
    if number > MAX_PAGE:
        raise OldPressError(f"expected page {MAX_PAGE} at most, found {number}")
    run, texts, first = services.database.run, services.texts, number * PAGE
    if without is not None and not await run(delete_reading, user_id, without):
        raise OldPressError(f"expected a reading of this person, found {without}")
    known = await run(readings_of, user_id, first + PAGE + 1)
    liked = [] if number else await run(liked_by, user_id, LIKED)
    readings = known[first : first + PAGE]
    if not readings and not liked:
        return Reply(texts("history.empty"), mood_keyboard(texts))
    chosen, now = (await run(allowed_by, user_id)).zone, services.now()
    zone = zone_of(chosen, services.language)
    clocks = [
        (OFFERED.index(name), f"{clock_in(name, now)} {name_of(zone_of(name, ''))}")
        for name in likely_zones(chosen, services.language)
    ]
    page = HistoryPage(number, readings, liked, len(known) > first + PAGE, clocks)
    return compose_history(
        page, zone, texts, erasing=(erasing or without is not None) and bool(readings)
    )
