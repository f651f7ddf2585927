"""What Telegram shows of the bot before anybody writes: its menus and description, by language."""

import logging

from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    MenuButtonDefault,
    MenuButtonWebApp,
    WebAppInfo,
)
from telegram.error import BadRequest, Forbidden

from bot.handlers import ADMIN_COMMANDS, COMMANDS
from bot.settings import Settings
from bot.wire.delivery import together
from bot.words.texts import ENGLISH, Texts, Translations

log = logging.getLogger(__name__)


async def introduce(bot: Bot, settings: Settings, translations: Translations) -> None:
    """Set menus and descriptions, and the button beside the message box that opens the mirror.

    English is what people get whose language the bot does not speak.
    """
    english = translations.of(ENGLISH)
    page = settings.mirror_url and WebAppInfo(settings.mirror_url)
    button = MenuButtonWebApp(english("mirror.button"), page) if page else MenuButtonDefault()
    await bot.set_chat_menu_button(menu_button=button)
    await _introduce_in(bot, settings, english)
    others = [texts for texts in translations.by_language.values() if texts is not english]
    await together(*(_introduce_in(bot, settings, texts) for texts in others))


async def _introduce_in(bot: Bot, settings: Settings, texts: Texts) -> None:
    code = None if texts.language == ENGLISH else texts.language
    await bot.set_my_commands(_menu(COMMANDS, texts), language_code=code)
    for admin in settings.admins:
        try:
            await bot.set_my_commands(
                _menu((*COMMANDS, *ADMIN_COMMANDS), texts),
                scope=BotCommandScopeChat(admin),
                language_code=code,
            )
        except (BadRequest, Forbidden):  # an admin who never wrote to the bot has no chat yet
            log.info("admin_menu_skipped")
    await _describe(bot, texts, code)


async def _describe(bot: Bot, texts: Texts, code: str | None) -> None:
    """Set the descriptions where they changed: Telegram allows few changes, but many looks."""
    long, short = texts("profile.description"), texts("profile.short")
    if (await bot.get_my_description(code)).description != long:
        await bot.set_my_description(long, language_code=code)
    if (await bot.get_my_short_description(code)).short_description != short:
        await bot.set_my_short_description(short, language_code=code)


def _menu(names: tuple[str, ...], texts: Texts) -> list[BotCommand]:
    return [BotCommand(name, texts(f"menu.{name}")) for name in names]
