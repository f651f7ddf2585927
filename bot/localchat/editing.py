"""The methods by which the bot changes or takes back what it said."""

from bot.localchat.chats import Chat
from bot.localchat.content import read_caption, read_text
from bot.localchat.desk import Desk
from bot.localchat.errors import bad_request
from bot.localchat.markup import read_markup
from bot.localchat.params import Params
from bot.localchat.sending import read_media
from bot.localchat.wire import JsonObject

TEXT = frozenset({"text", "entities", "link_preview_options"})
CAPTION = frozenset({"caption", "caption_entities"})
MEDIA = frozenset({"photo", "document", "video", "animation", "video_note"})
MARKUP = frozenset({"reply_markup"})
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the "
    "same as a current content and reply markup of the message"
)


async def edit_message_text(desk: Desk, params: Params) -> object:
    """Change text and keyboard."""
    chat, message = _editable(desk, params)
    if "text" not in message:
        raise bad_request("there is no text in the message to edit")
    content = read_text(params)
    if preview := params.structure("link_preview_options"):
        content["link_preview_options"] = preview
    return _change(desk, chat, message, TEXT | MARKUP, content | _markup(params))


async def edit_message_caption(desk: Desk, params: Params) -> object:
    """Change caption and keyboard."""
    chat, message = _editable(desk, params)
    if not MEDIA & set(message):
        raise bad_request("there is no caption in the message to edit")
    return _change(desk, chat, message, CAPTION | MARKUP, read_caption(params) | _markup(params))


async def edit_message_media(desk: Desk, params: Params) -> object:
    """Change the picture, its caption and the keyboard."""
    chat, message = _editable(desk, params)
    content = await read_media(desk, Params(params.structure("media"), params.uploads))
    replaced = TEXT | MEDIA | CAPTION | MARKUP
    return _change(desk, chat, message, replaced, content | _markup(params))


async def edit_message_reply_markup(desk: Desk, params: Params) -> object:
    """Change the keyboard alone."""
    chat, message = _editable(desk, params)
    return _change(desk, chat, message, MARKUP, _markup(params))


async def delete_message(desk: Desk, params: Params) -> object:
    """Take a message back."""
    chat = desk.conversation.chat(params.integer("chat_id"))
    message_id = params.integer("message_id")
    if message_id not in chat.messages:
        raise bad_request("message to delete not found")
    desk.conversation.remove(chat, message_id)
    return True


def _editable(desk: Desk, params: Params) -> tuple[Chat, JsonObject]:
    chat = desk.conversation.chat(params.integer("chat_id"))
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if message["from"]["id"] != desk.conversation.bot["id"]:
        raise bad_request("message can't be edited")
    return chat, message


def _markup(params: Params) -> JsonObject:
    """An edit without a keyboard takes the old one away."""
    markup = read_markup(params)
    return {"reply_markup": markup} if markup else {}


def _change(
    desk: Desk, chat: Chat, message: JsonObject, replaced: frozenset[str], content: JsonObject
) -> JsonObject:
    old = {name: value for name, value in message.items() if name in replaced}
    if _comparable(old) == _comparable(content):
        raise bad_request(NOT_MODIFIED)
    kept = {name: value for name, value in message.items() if name not in replaced}
    return desk.conversation.revise(chat, kept | content)


def _comparable(content: JsonObject) -> JsonObject:
    """How links are previewed is not counted as content."""
    return {name: value for name, value in content.items() if name != "link_preview_options"}
