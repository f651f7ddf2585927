"""Pictures and clips on their way, in memory only: bounded, and soon forgotten."""

import asyncio
import itertools
import mimetypes
import re
import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePath

from bot.localchat.errors import bad_request
from bot.localchat.probe import Clip, Picture
from bot.localchat.wire import JsonObject

# https://core.telegram.org/bots/api#getfile: "bots can download files of up to 20MB in size".
DOWNLOAD_LIMIT_BYTES = 20 * 1024 * 1024
SHELF_LIMIT_BYTES = 256 * 1024 * 1024
KEEP_S = 600.0
EXTENSION = re.compile(r"\.[a-z0-9]{1,8}")
NUMBER = re.compile(r"(?:local-|[a-z_]+s/file_)(\d{1,15})")  # as an id and as a path begin


class Kind(StrEnum):
    """As what a file is sent; the value is the field of the message that holds it."""

    PHOTO = "photo"
    DOCUMENT = "document"
    VIDEO = "video"
    VIDEO_NOTE = "video_note"
    ANIMATION = "animation"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file as it lies in memory; several file ids (a photo's sizes) may lead to it."""

    number: int
    secret: str
    kind: Kind
    name: str
    found: Picture | Clip | None
    content: bytes = field(repr=False)

    @property
    def path(self) -> str:
        """What `getFile` calls it: the part of the download address after the token."""
        suffix = PurePath(self.name).suffix.lower()
        extension = suffix if EXTENSION.fullmatch(suffix) else ""
        if self.found:
            extension = self.found.extension
        return f"{self.kind}s/file_{self.number}{extension}"

    @property
    def mime_type(self) -> str:
        """The type seen in the bytes, else the one its name promises."""
        if self.found:
            return self.found.mime_type
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    def reference(self, size: str = "o") -> JsonObject:
        """Return the three fields by which every media object names a file."""
        return {
            "file_id": f"local-{self.number}-{size}-{self.secret}",
            "file_unique_id": f"{self.secret}{size}",
            "file_size": len(self.content),
        }


class Files:
    """All files of one local chat.

    As Telegram does, it keeps a file that the bot has downloaded, which may be asked for what it
    saw there; but no longer than `keep_s`, and the oldest not so long when all together are more
    than `limit_bytes`.
    """

    def __init__(
        self,
        *,
        limit_bytes: int = SHELF_LIMIT_BYTES,
        keep_s: float = KEEP_S,
    ) -> None:
        self._limit_bytes = limit_bytes
        self._keep_s = keep_s
        self._numbers = itertools.count(1)
        self._files: dict[int, StoredFile] = {}
        self._total_bytes = 0

    def __len__(self) -> int:
        return len(self._files)

    def keep(
        self,
        content: bytes,
        kind: Kind,
        found: Picture | Clip | None,
        *,
        name: str,
    ) -> StoredFile:
        """Return the file that `content` is from now on."""
        number, secret = next(self._numbers), secrets.token_urlsafe(9)
        stored = StoredFile(number, secret, kind, name, found, content)
        self._files[number] = stored
        self._total_bytes += len(content)
        while len(self._files) > 1 and self._total_bytes > self._limit_bytes:
            self._forget(next(iter(self._files)))  # the oldest
        asyncio.get_running_loop().call_later(self._keep_s, self._forget, number)
        return stored

    def find(self, file_id: str) -> StoredFile:
        """Return the file behind an id; Raises RefusedError when there is none (any more)."""
        stored = self._named(file_id)
        ours = stored and file_id.startswith("local-") and file_id.endswith(stored.secret)
        if not stored or not ours:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        return stored

    def at(self, path: str) -> StoredFile | None:
        """Return the file that `getFile` names `path`; None when it is gone."""
        stored = self._named(path)
        return stored if stored and stored.path == path else None

    def _named(self, name: str) -> StoredFile | None:
        found = NUMBER.match(name)
        return self._files.get(int(found[1])) if found else None

    def _forget(self, number: int) -> None:
        if stored := self._files.pop(number, None):
            self._total_bytes -= len(stored.content)
