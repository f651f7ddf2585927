"""Cards that the bot offers by its name in a chat, and what is sent where one is chosen.

Source: https://core.telegram.org/bots/api#inlinequeryresultarticle
"""

from bot.localchat.content import TEXT_CHARACTERS
from bot.localchat.entities import parse
from bot.localchat.errors import bad_request
from bot.localchat.wire import JsonObject

ID_BYTES = 64


def check(result: JsonObject) -> None:
    """Refuse a card that Telegram would not take.

    Raises:
        RefusedError: 400 for another kind than an article with text, or one that is not whole.
    """
    if result.get("type") != "article":
        raise bad_request("the local chat shows articles only")
    if not 1 <= len(str(result.get("id", "")).encode()) <= ID_BYTES:
        raise bad_request("RESULT_ID_INVALID")
    if not str(result.get("title", "")).strip():
        raise bad_request("ARTICLE_TITLE_EMPTY")
    content_of(result)


def content_of(result: JsonObject) -> JsonObject:
    """Return the message that a card stands for, without its head.

    Raises:
        RefusedError: 400 where its text is empty, too long or badly marked up.
    """
    content = result.get("input_message_content")
    if not isinstance(content, dict):
        raise bad_request("SEND_MESSAGE_CONTENT_INVALID")
    text, entities = parse(str(content.get("message_text", "")), content.get("parse_mode"))
    if not text or len(text) > TEXT_CHARACTERS:
        raise bad_request("MESSAGE_TEXT_INVALID")
    marked = {"entities": entities} if entities else {}
    keyboard = {"reply_markup": result["reply_markup"]} if "reply_markup" in result else {}
    return {"text": text, **marked, **keyboard}
