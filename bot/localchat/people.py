"""What people do in the local chat besides writing and pressing: send files and cards."""

from bot.localchat.attachments import attachment, keep
from bot.localchat.cards import content_of
from bot.localchat.chats import Chat
from bot.localchat.conversation import Conversation
from bot.localchat.entities import parse
from bot.localchat.files import Kind
from bot.localchat.wire import JsonObject


async def send_file(  # noqa: PLR0913 - what a file is sent with, by name
    conversation: Conversation,
    chat: Chat,
    content: bytes,
    *,
    kind: Kind | None,
    name: str,
    caption: str = "",
    album: str = "",
    by: JsonObject | None = None,
    to: int | None = None,
    draft: str | None = None,
) -> JsonObject:
    """Let a person send a file as `kind`, or as what suits it best; return the message.

    Files with the same `album` are shown together, and reach the bot one by one.

    Raises:
        RefusedError: It cannot be sent as that kind.
    """
    stored = await keep(conversation.files, content, kind, name=name)
    text, entities = parse(caption, None)
    message = attachment(stored) | ({"caption": text} if text else {})
    message |= {"caption_entities": entities} if entities else {}
    message |= {"media_group_id": album} if album else {}
    return conversation.hear(chat, message, by=by, to=to, draft=draft)


def send_card(
    conversation: Conversation,
    chat: Chat,
    query_id: str,
    result_id: str,
    *,
    by: JsonObject | None = None,
) -> JsonObject:
    """Let somebody send one of the cards that the bot offered; return the message.

    Raises:
        PressError: There is no such card any more.
    """
    content = content_of(conversation.offered(query_id, result_id))
    return conversation.hear(chat, content | {"via_bot": conversation.bot}, by=by)
