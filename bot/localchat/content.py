"""Text and captions of a call, as the parts of a message that hold them."""

from bot.localchat.entities import parse
from bot.localchat.errors import bad_request
from bot.localchat.params import Params
from bot.localchat.wire import JsonObject

# https://core.telegram.org/bots/api#sendmessage and #sendphoto, "after entities parsing".
TEXT_CHARACTERS, CAPTION_CHARACTERS = 4096, 1024


def read_text(params: Params) -> JsonObject:
    """Return the text of a call as part of a message; Raises RefusedError for a bad length."""
    text, entities = parse(params.text("text"), params.text("parse_mode") or None)
    if not text:
        raise bad_request("message text is empty")
    if len(text) > TEXT_CHARACTERS:
        raise bad_request("message is too long")
    entities = params.objects("entities") or entities
    return {"text": text} | ({"entities": entities} if entities else {})


def read_caption(params: Params) -> JsonObject:
    """Return the caption of a call as part of a message, nothing when it has none."""
    caption, entities = parse(params.text("caption"), params.text("parse_mode") or None)
    if len(caption) > CAPTION_CHARACTERS:
        raise bad_request("message caption is too long")
    entities = params.objects("caption_entities") or entities
    content: JsonObject = {"caption": caption} if caption else {}
    return content | ({"caption_entities": entities} if entities else {})
