"""The parameters of one call, given in the address, a form, or JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from bot.localchat.bodies import Upload, read_parts
from bot.localchat.errors import bad_request
from bot.localchat.wire import JsonObject


@dataclass(frozen=True, slots=True)
class Params:
    """What a bot sent with a call: values by name, strings where a form carried them."""

    values: Mapping[str, object]
    uploads: Mapping[str, Upload]

    def text(self, name: str, default: str = "") -> str:
        """Return a string."""
        value = self.values.get(name, default)
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str, default: int | None = None) -> int:
        """Return a whole number; Raises RefusedError when it is missing or none."""
        value = self.values.get(name, default)
        if value is None:
            raise bad_request(f"{name} is empty")
        try:
            return int(str(value))
        except ValueError:
            raise bad_request(f"{name} must be an integer") from None

    def flag(self, name: str) -> bool:
        """Return whether it was set to true."""
        return str(self.values.get(name, "")).lower() in {"true", "1"}

    def objects(self, name: str) -> list[JsonObject]:
        """Return a list of objects, empty when it was left out."""
        value = self._loaded(name, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise bad_request(f"can't parse {name}: expected an Array of Objects")
        return value

    def names(self, name: str) -> tuple[str, ...] | None:
        """Return a list of strings; None when it was left out."""
        value = self._loaded(name, None)
        if value is None:
            return None
        if not isinstance(value, list):
            raise bad_request(f"can't parse {name}: expected an Array of String")
        return tuple(str(item) for item in value)

    def structure(self, name: str) -> JsonObject:
        """Return an object, empty when it was left out."""
        value = self._loaded(name, {})
        if not isinstance(value, dict):
            raise bad_request(f"can't parse {name}: expected an Object")
        return value

    def upload(self, name: str) -> Upload | None:
        """Return the file that was sent as `name`, directly or by an attach:// address."""
        return self.uploads.get(self.text(name).removeprefix("attach://") or name)

    def _loaded(self, name: str, default: object) -> object:
        value = self.values.get(name, default)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else default
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None


async def read_params(request: web.Request) -> Params:
    """Return the parameters of a request: address, form, multipart or JSON body."""
    values: dict[str, object] = dict(request.query)
    uploads: dict[str, Upload] = {}
    if request.content_type == "application/json":
        body = await request.json()
        if not isinstance(body, dict):
            raise bad_request("expected an Object")
        values |= body
    elif request.content_type == "multipart/form-data":
        fields, uploads = await read_parts(request)
        values |= fields
    elif request.can_read_body:
        values |= await request.post()
    return Params(values, uploads)
