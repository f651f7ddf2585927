"""Formatted text to plain text plus entities, as Telegram does it for `parse_mode` HTML.

Source: https://core.telegram.org/bots/api#html-style
"""

import html
import re
from dataclasses import dataclass, field

from bot.localchat.errors import bad_request
from bot.localchat.wire import JsonObject

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
PIECE = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)([^<>]*)>|<")
HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')""")
# Telegram knows these four names and numbers; any other "&" stays as it is.
ESCAPE = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
FOUND_BY_ITSELF = re.compile(
    r"(?P<bot_command>(?<![\w/])/[a-zA-Z0-9_]{1,32}(?:@[a-zA-Z0-9_]{5,32})?\b)"
    r"|(?P<mention>(?<!\w)@[a-zA-Z0-9_]{5,32}\b)"
    r"|(?P<url>https?://[^\s<>\"]+[^\s<>\".,;:!?)])"
)


def utf16(text: str) -> int:
    """Return the length in UTF-16 code units, in which entities are counted."""
    return len(text.encode("utf-16-le")) // 2


@dataclass(slots=True)
class _Open:
    tag: str
    entity: JsonObject


@dataclass(slots=True)
class _Parsed:
    text: str = ""
    entities: list[JsonObject] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)

    def add(self, text: str) -> None:
        self.text += ESCAPE.sub(lambda found: html.unescape(found[0]), text)

    def start(self, tag: str, attributes: str, *, at: int) -> None:
        entity: JsonObject = {"offset": utf16(self.text)}
        link = HREF.search(attributes)
        if tag == "a" and link:
            entity |= {"type": "text_link", "url": html.unescape(link[1] or link[2] or "")}
        elif tag == "blockquote" and "expandable" in attributes:
            entity["type"] = "expandable_blockquote"
        elif tag == "span" and "tg-spoiler" in attributes:
            entity["type"] = "spoiler"
        elif tag in TAGS:
            entity["type"] = TAGS[tag]
        else:
            raise _unparsed(f'Unsupported start tag "{tag}" at byte offset {at}')
        self.open.append(_Open(tag, entity))

    def end(self, tag: str, *, at: int) -> None:
        if not self.open:
            raise _unparsed(f"Unexpected end tag at byte offset {at}")
        opened = self.open.pop()
        if opened.tag != tag:
            raise _unparsed(
                f'Unmatched end tag at byte offset {at}, expected "</{opened.tag}>", '
                f'found "</{tag}>"'
            )
        length = utf16(self.text) - opened.entity["offset"]
        if length:
            self.entities.append(opened.entity | {"length": length})


def parse(source: str, mode: str | None) -> tuple[str, list[JsonObject]]:
    """Return the text a person reads and its entities, in order of appearance.

    Args:
        source: What the bot sent.
        mode: Its `parse_mode`; without one the text is taken as it is.

    Raises:
        RefusedError: 400 for unbalanced or unknown tags, and for other modes than HTML.
    """
    if mode and mode.upper() != "HTML":
        raise bad_request("the local chat reads parse_mode HTML only")
    parsed = _read_html(source) if mode else _Parsed(source)
    text, entities = _trimmed(parsed.text, parsed.entities)
    return text, sorted(
        entities + _found(text, entities), key=lambda e: (e["offset"], -e["length"])
    )


def _read_html(source: str) -> _Parsed:
    parsed, position = _Parsed(), 0
    for piece in PIECE.finditer(source):
        parsed.add(source[position : piece.start()])
        position, at = piece.end(), len(source[: piece.start()].encode())
        slash, tag, attributes = piece.groups()
        if slash:
            parsed.end(tag.lower(), at=at)
        else:
            parsed.start((tag or "").lower(), attributes or "", at=at)
    if parsed.open:
        tag = parsed.open[-1].tag
        raise _unparsed(f'Can\'t find end tag corresponding to start tag "{tag}"')
    parsed.add(source[position:])
    return parsed


def _trimmed(text: str, entities: list[JsonObject]) -> tuple[str, list[JsonObject]]:
    """White space at both ends is not sent; entities are cut to what remains."""
    head = utf16(text) - utf16(text.lstrip())
    text = text.strip()
    kept = []
    for entity in entities:
        start = max(0, entity["offset"] - head)
        end = min(utf16(text), entity["offset"] + entity["length"] - head)
        if end > start:
            kept.append(entity | {"offset": start, "length": end - start})
    return text, kept


def _found(text: str, taken: list[JsonObject]) -> list[JsonObject]:
    """Commands and addresses that Telegram marks without being told, outside links and code."""
    blocked = [e for e in taken if e["type"] in {"text_link", "code", "pre", "url"}]
    found = []
    for match in FOUND_BY_ITSELF.finditer(text):
        start, length = utf16(text[: match.start()]), utf16(match[0])
        if all(
            start + length <= e["offset"] or start >= e["offset"] + e["length"] for e in blocked
        ):
            found.append({"type": str(match.lastgroup), "offset": start, "length": length})
    return found


def _unparsed(reason: str) -> Exception:
    return bad_request(f"can't parse entities: {reason}")
