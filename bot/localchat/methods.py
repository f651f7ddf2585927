"""All methods of the local Bot API by name, and those that neither send nor edit."""

import re

from bot.localchat import cards, delivery, editing, sending
from bot.localchat.desk import Desk, Method
from bot.localchat.errors import bad_request
from bot.localchat.files import DOWNLOAD_LIMIT_BYTES
from bot.localchat.params import Params
from bot.localchat.wire import JsonObject

TOAST_CHARACTERS = 200
INLINE_RESULTS = 50
START_PARAMETER = re.compile("[A-Za-z0-9_-]{1,64}")


async def get_me(desk: Desk, _: Params) -> object:
    """Return who the bot is."""
    powers = {"can_read_all_group_messages": False, "supports_inline_queries": True}
    return desk.conversation.bot | {"can_join_groups": True, **powers}


async def answer_callback_query(desk: Desk, params: Params) -> object:
    """Answer a press, with a few words or none."""
    text = params.text("text")
    if len(text) > TOAST_CHARACTERS:
        raise bad_request("MESSAGE_TOO_LONG")
    answer = {"text": text, "show_alert": params.flag("show_alert"), "url": params.text("url")}
    desk.conversation.settle(params.text("callback_query_id"), answer)
    return True


async def answer_inline_query(desk: Desk, params: Params) -> object:
    """Answer an inline query with cards, 50 at most."""
    results = params.objects("results")
    if len(results) > INLINE_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    for result in results:
        cards.check(result)
    if len({result["id"] for result in results}) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    button = params.structure("button")
    if button and not START_PARAMETER.fullmatch(str(button.get("start_parameter", ""))):
        raise bad_request("START_PARAM_INVALID")
    desk.conversation.offer(params.text("inline_query_id"), results, button)
    return True


async def get_file(desk: Desk, params: Params) -> object:
    """Return where a file can be fetched."""
    file_id = params.text("file_id")
    stored = desk.conversation.files.find(file_id)
    if len(stored.content) > DOWNLOAD_LIMIT_BYTES:
        raise bad_request("file is too big")
    size = file_id.split("-")[2]
    return stored.reference(size) | {"file_path": stored.path}


async def set_my_commands(desk: Desk, params: Params) -> object:
    """Fill the menu of commands."""
    return _put_commands(desk, params, params.objects("commands"))


async def delete_my_commands(desk: Desk, params: Params) -> object:
    """Empty the menu of commands."""
    return _put_commands(desk, params, [])


async def get_my_commands(desk: Desk, params: Params) -> object:
    """Return the menu of commands."""
    return desk.profile.commands(params.structure("scope"), params.text("language_code"))


async def set_chat_menu_button(desk: Desk, params: Params) -> object:
    """Set the menu button of every chat; those of single chats are not told apart here."""
    desk.profile.set_menu_button(params.structure("menu_button") or {"type": "default"})
    desk.conversation.tell({"type": "profile"})
    return True


async def get_chat_menu_button(desk: Desk, _: Params) -> object:
    """Return the menu button."""
    return desk.profile.menu_button


def _put_commands(desk: Desk, params: Params, commands: list[JsonObject]) -> bool:
    desk.profile.set_commands(commands, params.structure("scope"), params.text("language_code"))
    desk.conversation.tell({"type": "profile"})
    return True


def _put_text(name: str) -> Method:
    async def put(desk: Desk, params: Params) -> object:
        desk.profile.set_text(name, params.text(name), params.text("language_code"))
        desk.conversation.tell({"type": "profile"})
        return True

    return put


def _get_text(name: str) -> Method:
    async def get(desk: Desk, params: Params) -> object:
        return {name: desk.profile.text(name, params.text("language_code"))}

    return get


METHODS: dict[str, Method] = {
    "answerInlineQuery": answer_inline_query,
    "answerCallbackQuery": answer_callback_query,
    "deleteMessage": editing.delete_message,
    "deleteMyCommands": delete_my_commands,
    "deleteWebhook": delivery.delete_webhook,
    "editMessageCaption": editing.edit_message_caption,
    "editMessageMedia": editing.edit_message_media,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "editMessageText": editing.edit_message_text,
    "getChatMenuButton": get_chat_menu_button,
    "getFile": get_file,
    "getMe": get_me,
    "getMyCommands": get_my_commands,
    "getMyDescription": _get_text("description"),
    "getMyName": _get_text("name"),
    "getMyShortDescription": _get_text("short_description"),
    "getUpdates": delivery.get_updates,
    "getWebhookInfo": delivery.get_webhook_info,
    "sendAnimation": sending.send_animation,
    "sendChatAction": sending.send_chat_action,
    "sendDocument": sending.send_document,
    "sendMediaGroup": sending.send_media_group,
    "sendMessage": sending.send_message,
    "sendPhoto": sending.send_photo,
    "sendVideo": sending.send_video,
    "setChatMenuButton": set_chat_menu_button,
    "setMyCommands": set_my_commands,
    "setMyDescription": _put_text("description"),
    "setMyName": _put_text("name"),
    "setMyShortDescription": _put_text("short_description"),
    "setWebhook": delivery.set_webhook,
}
# Telegram takes method names in any case.
BY_LOWER_NAME = {name.lower(): name for name in METHODS}
