"""Inline keyboards as the bot may send them.

Source: https://core.telegram.org/bots/api#inlinekeyboardbutton
"""

from urllib.parse import urlsplit

from bot.localchat.errors import bad_request
from bot.localchat.params import Params
from bot.localchat.wire import JsonObject

CALLBACK_DATA_BYTES = 64
# Telegram's servers refuse more with "reply markup is too long"; the figure is not documented.
BUTTONS_AT_MOST = 100
ACTIONS = frozenset({"callback_data", "url", "copy_text", "web_app"})
LOOK = frozenset({"text", "style"})


def read_markup(params: Params) -> JsonObject | None:
    """Return the keyboard of a call; None when it has none, or an empty one to remove it.

    Raises:
        RefusedError: 400 for other keyboards than inline ones, and for buttons that Telegram
            would refuse.
    """
    markup = params.structure("reply_markup")
    if not markup:
        return None
    if set(markup) != {"inline_keyboard"}:
        raise bad_request("the local chat shows inline keyboards only")
    rows = _rows(markup["inline_keyboard"])
    if sum(map(len, rows)) > BUTTONS_AT_MOST:
        raise bad_request("reply markup is too long")
    for row in rows:
        for button in row:
            _check(button)
    return {"inline_keyboard": rows} if rows else None


def _rows(value: object) -> list[list[JsonObject]]:
    """Telegram leaves out empty rows."""
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        raise bad_request("inline_keyboard must be an Array of Arrays of InlineKeyboardButton")
    if not all(isinstance(button, dict) for row in value for button in row):
        raise bad_request("InlineKeyboardButton must be an Object")
    return [row for row in value if row]


def _check(button: JsonObject) -> None:
    if not str(button.get("text", "")).strip():
        raise bad_request("inline keyboard button text can't be empty")
    if len(set(button) & ACTIONS) != 1:
        raise bad_request("inline keyboard button must have exactly one of the optional fields")
    if unknown := set(button) - ACTIONS - LOOK:
        raise bad_request(f"the local chat has no buttons with {', '.join(sorted(unknown))}")
    if "callback_data" in button and not (
        1 <= len(str(button["callback_data"]).encode()) <= CALLBACK_DATA_BYTES
    ):
        raise bad_request("BUTTON_DATA_INVALID")
    page = button.get("web_app", {"url": "https:"})
    if not isinstance(page, dict) or urlsplit(str(page.get("url"))).scheme not in {"http", "https"}:
        raise bad_request("BUTTON_URL_INVALID")
    if "url" in button and urlsplit(str(button["url"])).scheme not in {"http", "https"}:
        raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid")
