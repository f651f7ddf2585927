"""The methods by which the bot says something new."""

import secrets

from bot.localchat.attachments import attachment, keep
from bot.localchat.chats import Chat, quoting
from bot.localchat.content import read_caption, read_text
from bot.localchat.desk import Desk
from bot.localchat.errors import bad_request
from bot.localchat.files import Kind, StoredFile
from bot.localchat.markup import read_markup
from bot.localchat.params import Params
from bot.localchat.wire import JsonObject

GROUP_SIZES = range(2, 11)
ACTIONS = frozenset(
    {
        "choose_sticker",
        "find_location",
        "record_video",
        "record_video_note",
        "record_voice",
        "typing",
        "upload_document",
        "upload_photo",
        "upload_video",
        "upload_video_note",
        "upload_voice",
    }
)


async def send_message(desk: Desk, params: Params) -> object:
    """Send text."""
    chat = desk.conversation.chat(params.integer("chat_id"))
    content = read_text(params)
    if preview := params.structure("link_preview_options"):
        content["link_preview_options"] = preview
    return desk.conversation.post(chat, content | _frame(chat, params))


async def send_photo(desk: Desk, params: Params) -> object:
    """Send a photo."""
    return await _send_file(desk, params, Kind.PHOTO)


async def send_document(desk: Desk, params: Params) -> object:
    """Send a file as it is."""
    return await _send_file(desk, params, Kind.DOCUMENT)


async def send_video(desk: Desk, params: Params) -> object:
    """Send a clip with sound."""
    return await _send_file(desk, params, Kind.VIDEO)


async def send_animation(desk: Desk, params: Params) -> object:
    """Send a clip without sound."""
    return await _send_file(desk, params, Kind.ANIMATION)


async def send_media_group(desk: Desk, params: Params) -> object:
    """Send several photos or documents that stand together."""
    chat = desk.conversation.chat(params.integer("chat_id"))
    items = params.objects("media")
    if len(items) not in GROUP_SIZES:
        raise bad_request("there must be 2 to 10 items in a media group")
    contents = [await read_media(desk, Params(item, params.uploads)) for item in items]
    group = {"media_group_id": secrets.token_hex(8)} | _frame(chat, params)
    return [desk.conversation.post(chat, content | group) for content in contents]


async def send_chat_action(desk: Desk, params: Params) -> object:
    """Show for a moment what the bot is doing."""
    chat = desk.conversation.chat(params.integer("chat_id"))
    action = params.text("action")
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    desk.conversation.tell({"type": "action", "chat": chat.id, "action": action})
    return True


async def read_media(desk: Desk, params: Params) -> JsonObject:
    """Return one InputMedia (its `type`, `media` and caption) as part of a message."""
    try:
        kind = Kind(params.text("type"))
    except ValueError:
        raise bad_request("wrong type of media") from None
    stored = await _read_file(desk, params, "media", kind)
    return attachment(stored) | read_caption(params)


async def _send_file(desk: Desk, params: Params, kind: Kind) -> object:
    chat = desk.conversation.chat(params.integer("chat_id"))
    content = read_caption(params) | _frame(chat, params)
    stored = await _read_file(desk, params, str(kind), kind)
    return desk.conversation.post(chat, attachment(stored) | content)


async def _read_file(desk: Desk, params: Params, field: str, kind: Kind) -> StoredFile:
    """Return the file a call brings, or the one in memory that it names."""
    files = desk.conversation.files
    if upload := params.upload(field):
        if not upload.content:
            raise bad_request("file must be non-empty")
        return await keep(files, upload.content, kind, name=upload.file_name)
    named = params.text(field)
    if not named:
        raise bad_request(f"there is no {kind} in the request")
    if "://" in named:
        raise bad_request("failed to get HTTP URL content: the local chat fetches nothing")
    return files.find(named)


def _frame(chat: Chat, params: Params) -> JsonObject:
    """Return what stands around the content: the message replied to, and the keyboard."""
    frame: JsonObject = {}
    if markup := read_markup(params):
        frame["reply_markup"] = markup
    if reply := params.structure("reply_parameters"):
        quoted = quoting(chat, int(reply.get("message_id", 0)))
        frame |= quoted
        if not quoted and not reply.get("allow_sending_without_reply"):
            raise bad_request("message to be replied not found")
    return frame
