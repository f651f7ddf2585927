"""/settings: which songs a person wants at all, chosen in one message."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from telegram import Update

from bot.handlers.answering import in_private
from bot.handlers.pressed import OldPressError, Pressed, check_private
from bot.screens.choices import FRESHNESS, Page, Songbook, compose_settings, key_of, options, tick
from bot.screens.settings_presses import (
    AllowPress,
    ArtistsPress,
    ExplicitPress,
    FacetPress,
    MixPress,
    ResetPress,
    SettingsPress,
    TickPress,
)
from bot.services import Services
from bot.storage.artists import allow_artist, blocked_by
from bot.storage.preferences import Chosen, Preferences, change_preferences, chosen_by
from bot.wire.delivery import Context, answer, edit, send, together
from graph.choosing.filters import offered, passing

OVERVIEW = SettingsPress()


async def show_settings(services: Services, update: Update, _: Context) -> None:
    """Answer /settings with the overview."""
    message, user = update.effective_message, update.effective_user
    assert message is not None  # the filter matches messages only
    if user and await in_private(services, message):
        chosen = await services.database.run(chosen_by, user.id)
        book = await _songbook(services, chosen)
        await send(message, compose_settings(chosen, book, OVERVIEW, services.texts))


async def turn_settings(services: Services, pressed: Pressed, press: Page) -> None:
    """Show another part of the settings in place."""
    check_private(pressed)
    await _show(services, pressed, await services.database.run(chosen_by, pressed.user_id), press)


async def choose(services: Services, pressed: Pressed, press: TickPress) -> None:
    """Tick a language, a genre or a decade, or no longer.

    Raises:
        OldPressError: No song has it any more, and it is not ticked.
    """
    chosen = await services.database.run(chosen_by, pressed.user_id)
    found = await asyncio.to_thread(offered, services.graph.snapshot)
    every = options(press.facet, chosen.preferences.filters, found)
    value = next((each for each in every if key_of(each) == press.key), None)
    if value is None:
        raise OldPressError(f"expected a known {press.facet}, found {press.key}")
    await _change(
        services,
        pressed,
        lambda preferences: tick(preferences, press.facet, value, ticked=press.ticked),
        FacetPress(press.facet, press.page),
    )


async def allow_explicit(services: Services, pressed: Pressed, press: ExplicitPress) -> None:
    """Let songs come that are known to be explicit, or keep them away."""
    await _change(
        services,
        pressed,
        lambda known: replace(known, filters=replace(known.filters, explicit=press.allowed)),
    )


async def turn_dial(services: Services, pressed: Pressed, press: MixPress) -> None:
    """Choose between familiar and fresh."""
    freshness = FRESHNESS[press.mix]
    await _change(services, pressed, lambda known: replace(known, freshness=freshness))


async def reset(services: Services, pressed: Pressed, _: ResetPress) -> None:
    """Leave everything open again; artists who were kept away stay away."""
    await _change(services, pressed, lambda _: Preferences())


async def allow(services: Services, pressed: Pressed, press: AllowPress) -> None:
    """Let an artist come again.

    Raises:
        OldPressError: They may come already.
    """
    check_private(pressed)
    known = await services.database.run(blocked_by, pressed.user_id)
    artist = next((each.artist for each in known if each.blocked_id == press.blocked_id), None)
    if artist is None:
        raise OldPressError(f"expected a blocked artist, found {press.blocked_id}")
    await services.database.run(allow_artist, pressed.user_id, artist)
    chosen = await services.database.run(chosen_by, pressed.user_id)
    await _show(services, pressed, chosen, ArtistsPress(press.page))


async def _change(
    services: Services,
    pressed: Pressed,
    change: Callable[[Preferences], Preferences],
    page: Page = OVERVIEW,
) -> None:
    check_private(pressed)
    language = pressed.query.from_user.language_code
    chosen = await services.database.run(
        change_preferences, pressed.user_id, change, language=language, at=services.now()
    )
    await _show(services, pressed, chosen, page)


async def _show(services: Services, pressed: Pressed, chosen: Chosen, page: Page) -> None:
    book = await _songbook(services, chosen)
    reply = compose_settings(chosen, book, page, services.texts)
    await together(answer(pressed.query), edit(pressed.message, reply))


async def _songbook(services: Services, chosen: Chosen) -> Songbook:
    snapshot, filters = services.graph.snapshot, chosen.preferences.filters

    def read() -> Songbook:
        fitting = int(passing(snapshot, filters, slice(None)).sum())
        return Songbook(offered(snapshot), fitting, len(snapshot))

    return await asyncio.to_thread(read)
