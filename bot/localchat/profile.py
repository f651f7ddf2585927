"""What the bot says about itself: commands and descriptions, by language."""

import json
import re
from typing import ClassVar
from urllib.parse import urlsplit

from bot.localchat.errors import bad_request
from bot.localchat.wire import JsonObject

# https://core.telegram.org/bots/api#botcommand and #setmycommands
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
DESCRIPTION_CHARACTERS = 256
COMMANDS_AT_MOST = 100


class Profile:
    """The bot's own page, as far as it has filled it in."""

    LIMITS: ClassVar = {"name": 64, "description": 512, "short_description": 120}

    def __init__(self) -> None:
        self._commands: dict[tuple[str, str], list[JsonObject]] = {}
        self._texts: dict[tuple[str, str], str] = {}
        self.menu_button: JsonObject = {"type": "default"}

    def set_commands(self, commands: list[JsonObject], scope: JsonObject, language: str) -> None:
        """Offer `commands` in a scope and a language; none of them deletes the list."""
        if len(commands) > COMMANDS_AT_MOST:
            raise bad_request("too many commands")
        for command in commands:
            if not COMMAND.fullmatch(str(command.get("command", "")).removeprefix("/")):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= len(str(command.get("description", ""))) <= DESCRIPTION_CHARACTERS:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        self._commands[self._place(scope, language)] = commands

    def commands(self, scope: JsonObject, language: str) -> list[JsonObject]:
        """Return what was set for exactly this scope and language."""
        return self._commands.get(self._place(scope, language), [])

    def commands_for(self, chat_id: int, language: str) -> list[JsonObject]:
        """Return what a person with that language sees in their private chat."""
        own = {"type": "chat", "chat_id": chat_id}
        for scope in (own, {"type": "all_private_chats"}, {}):
            for tongue in (language, ""):
                if found := self.commands(scope, tongue):
                    return found
        return []

    def set_text(self, name: str, text: str, language: str) -> None:
        """Set one of the texts in `LIMITS`; an empty one deletes it."""
        if len(text) > self.LIMITS[name]:
            raise bad_request(f"{name} is too long")
        self._texts[name, language] = text

    def text(self, name: str, language: str = "") -> str:
        """Return one of the texts, in the language or in none."""
        return self._texts.get((name, language)) or self._texts.get((name, ""), "")

    def set_menu_button(self, button: JsonObject) -> None:
        """Put a button beside the field for messages: one that opens a page, or the usual one."""
        match button:
            case {"type": "web_app", "text": str(text), "web_app": {"url": str(url)}}:
                if not text.strip() or urlsplit(url).scheme not in {"http", "https"}:
                    raise bad_request("BUTTON_URL_INVALID")
            case {"type": "default" | "commands"}:
                pass
            case _:
                raise bad_request("menu button is invalid")
        self.menu_button = button

    @staticmethod
    def _place(scope: JsonObject, language: str) -> tuple[str, str]:
        return json.dumps(scope or {"type": "default"}, sort_keys=True), language
