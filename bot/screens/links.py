"""Signed redirect links to songs, by which the bot learns of taps.

Telegram tells a bot of presses, not of tapped links, so with a public address links lead there
first. A link names a song of a suggestion and a service; its target is derived from the stored
song, so that it is no open redirect.
"""

import base64
import hmac
import re
import struct
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from bot.errors import BotError
from bot.settings import Settings
from graph.links import Links

PURPOSE = b"tunemirror links"  # whoever signs something else with the bot's token gets another key
FIELDS = struct.Struct(">QBB")  # suggestion, position, service
# 88 bits: whoever tries a thousand a second for a century finds one with a chance of 1 in 10^14.
SEAL_BYTES = 11
MIX = "mix_"
MIX_PURPOSE = b"tunemirror mixes"
MIX_NUMBER = struct.Struct(">Q")
# 19 bytes without padding; Telegram takes 64 such letters after "start=".
MIX_TOKEN = re.compile(r"[A-Za-z0-9_-]{26}")
TOKEN = re.compile(rf"[A-Za-z0-9_-]{{{(FIELDS.size + SEAL_BYTES) * 4 // 3}}}")


class LinkError(BotError):
    """The link was not written by this bot."""


class Service(StrEnum):
    """Where a link ends."""

    SPOTIFY = "spotify"
    YOUTUBE = "youtube"


SERVICES = tuple(Service)


@dataclass(frozen=True, slots=True)
class SongLink:
    """Which link it is.

    Attributes:
        position: Place of the song in the suggestion, from 0.
    """

    suggestion_id: int
    position: int
    service: Service


@dataclass(frozen=True, slots=True)
class LinkSigner:
    """Writes and reads the links of one bot.

    Attributes:
        base: The public address, without a slash at its end.
    """

    base: str
    _key: bytes = field(repr=False)

    @classmethod
    def of(cls, settings: Settings) -> "LinkSigner | None":
        """Return the signer, or None where links lead to the songs directly."""
        if settings.links_url is None or settings.token is None:
            return None
        token = settings.token.get_secret_value().encode()
        return cls(settings.links_url, hmac.digest(token, PURPOSE, "sha256"))

    @property
    def path(self) -> str:
        """The path of the public address."""
        return urlsplit(self.base).path

    def links(self, suggestion_id: int, position: int) -> Links:
        """Return the addresses for one song of a suggestion."""
        return Links(
            **{
                service: self._address(SongLink(suggestion_id, position, service))
                for service in Service
            }
        )

    def read(self, token: str) -> SongLink:
        """Return the link that a token stands for.

        Raises:
            LinkError: It was not written here, or somebody changed it.
        """
        if not TOKEN.fullmatch(token):
            raise LinkError("expected a token")
        signed = base64.urlsafe_b64decode(token)
        fields, seal = signed[: FIELDS.size], signed[FIELDS.size :]
        if not hmac.compare_digest(seal, self._seal(fields)):
            raise LinkError("expected a token of this bot")
        suggestion_id, position, service = FIELDS.unpack(fields)
        return SongLink(suggestion_id, position, SERVICES[service])

    def _address(self, link: SongLink) -> str:
        fields = FIELDS.pack(link.suggestion_id, link.position, SERVICES.index(link.service))
        token = base64.urlsafe_b64encode(fields + self._seal(fields)).decode()
        return f"{self.base}/{token}"

    def _seal(self, fields: bytes) -> bytes:
        return hmac.digest(self._key, fields, "sha256")[:SEAL_BYTES]


@dataclass(frozen=True, slots=True)
class MixSigner:
    """Writes and reads the names of shared lists in deep links: a number and its seal.

    What is shared are songs. Neither the mood that they were chosen for nor who shared them can
    be read from a link, and a made-up one leads nowhere.
    """

    _key: bytes = field(repr=False)

    @classmethod
    def of(cls, settings: Settings) -> "MixSigner":
        """Return the signer of the bot with this token."""
        token = settings.token.get_secret_value() if settings.token else ""
        return cls(hmac.digest(token.encode(), MIX_PURPOSE, "sha256"))

    def link(self, bot_name: str, suggestion_id: int) -> str:
        """Return the address that opens the songs in a chat with the bot."""
        number = MIX_NUMBER.pack(suggestion_id)
        token = base64.urlsafe_b64encode(number + self._seal(number)).decode().rstrip("=")
        return f"https://t.me/{bot_name}?start={MIX}{token}"

    def read(self, parameter: str) -> int:
        """Return the suggestion that the parameter of a deep link names.

        Raises:
            LinkError: It was not written here, or somebody changed it.
        """
        token = parameter.removeprefix(MIX)
        if not parameter.startswith(MIX) or not MIX_TOKEN.fullmatch(token):
            raise LinkError("expected the name of a list")
        signed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        number, seal = signed[: MIX_NUMBER.size], signed[MIX_NUMBER.size :]
        if not hmac.compare_digest(seal, self._seal(number)):
            raise LinkError("expected the name of a list of this bot")
        return int(MIX_NUMBER.unpack(number)[0])

    def _seal(self, number: bytes) -> bytes:
        return hmac.digest(self._key, number, "sha256")[:SEAL_BYTES]
