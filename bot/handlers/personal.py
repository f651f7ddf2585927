"""How the bot treats a person: chosen in /settings, an option at a time."""

import dataclasses
from collections.abc import Callable
from typing import Any

from bot.handlers.pressed import OldPressError, Pressed, check_private
from bot.screens.personal import Personal, Value, compose_option, compose_personal
from bot.screens.replies import Reply
from bot.screens.settings_presses import Option, OptionPress, PersonalPress, ValuePress
from bot.services import Services
from bot.storage.consent import allowed_by, choose_zone
from bot.storage.preferences import Preferences, change_preferences, preferences_of
from bot.storage.reminders import reminder_of, save_reminder, stop_reminder
from bot.storage.users import choose_care, choose_language, manners_of, save_user
from bot.wire.delivery import answer, edit, together
from bot.words.clocks import USUAL, likely_zones, next_time, zone_of

FIELDS = {
    Option.AIM: "aim",
    Option.HEAVY: "heavy",
    Option.KEEP: "keep_days",
    Option.ASK: "ask_helped",
}


async def open_personal(services: Services, pressed: Pressed, _: PersonalPress) -> None:
    """Show the options in place."""
    check_private(pressed)
    personal = await _personal(services, pressed.user_id)
    await _show(pressed, compose_personal(personal, services.texts))


async def open_option(services: Services, pressed: Pressed, press: OptionPress) -> None:
    """Show the values of an option in place."""
    check_private(pressed)
    personal = await _personal(services, pressed.user_id)
    await _show(pressed, compose_option(personal, press.option, services.texts))


async def choose_value(services: Services, pressed: Pressed, press: ValuePress) -> None:
    """Keep what was chosen, and show all options again.

    Raises:
        OldPressError: There is no such value, or others read along.
    """
    check_private(pressed)
    values = (await _personal(services, pressed.user_id)).values(press.option)
    if press.place >= len(values):
        raise OldPressError(f"expected one of {len(values)} values, found {press.place}")
    await _keep(services, pressed, press.option, values[press.place])
    speaking = await services.speaking_to(pressed.user_id, pressed.query.from_user.language_code)
    personal = await _personal(speaking, pressed.user_id)
    asks_clock = press.option is Option.REMIND and likely_zones(personal.zone, speaking.language)
    if press.option is Option.KINDS:  # any number of them may be wanted
        await _show(pressed, compose_option(personal, press.option, speaking.texts))
    elif asks_clock and personal.reminder is not None:
        await _show(pressed, compose_option(personal, Option.CLOCK, speaking.texts))
    else:
        await _show(pressed, compose_personal(personal, speaking.texts))


async def _keep(services: Services, pressed: Pressed, option: Option, value: Value) -> None:
    run, user, now = services.database.run, pressed.query.from_user, services.now()
    await run(save_user, user.id, language=user.language_code, at=now)
    match option, value:
        case Option.SPEECH, str() | None:
            await run(choose_language, user.id, value, at=now)
        case Option.CLOCK, str():
            await keep_clock(services, user.id, value)
        case Option.CARE, bool():
            await run(choose_care, user.id, care=value, at=now)
        case Option.REMIND, None:
            await run(stop_reminder, user.id)
        case Option.REMIND, int():
            chosen = (await run(allowed_by, user.id)).zone or USUAL.get(services.language)
            await run(choose_zone, user.id, chosen, at=now)  # a guess counts from now on
            zone = zone_of(chosen, services.language)
            await run(save_reminder, user.id, value, next_at=next_time(value, now, zone))
        case _:
            change = _change(option, value)
            await run(change_preferences, user.id, change, language=user.language_code, at=now)


async def keep_clock(services: Services, user_id: int, zone: str) -> None:
    """Keep by which clock a person lives; their reminder comes by it from now on."""
    run, now = services.database.run, services.now()
    await run(choose_zone, user_id, zone, at=now)
    minute = await run(reminder_of, user_id)
    if minute is not None:
        next_at = next_time(minute, now, zone_of(zone, services.language))
        await run(save_reminder, user_id, minute, next_at=next_at)


def _change(option: Option, value: Value) -> Callable[[Preferences], Preferences]:
    """Return what a value does to the preferences: of kinds, each is chosen or no longer."""
    if option is Option.KINDS:
        return lambda known: dataclasses.replace(known, kinds=known.kinds ^ {str(value)})
    chosen: Any = {FIELDS[option]: value}  # of the option's own type
    return lambda known: dataclasses.replace(known, **chosen)


async def _personal(services: Services, user_id: int) -> Personal:
    run = services.database.run
    manners = await run(manners_of, user_id)
    return Personal(
        manners.language,
        (await run(allowed_by, user_id)).zone,
        manners.care,
        await run(reminder_of, user_id),
        await run(preferences_of, user_id),
        tuple(services.translations.by_language),
        services.now(),
    )


async def _show(pressed: Pressed, reply: Reply) -> None:
    await together(answer(pressed.query), edit(pressed.message, reply))
