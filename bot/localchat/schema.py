"""Validation of calls and updates against the published description of the Bot API.

The description has names and types. Lengths and closed sets are only prose in it, and are checked
by the methods themselves.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Self

from bot.localchat.wire import JsonObject

ARRAY = "Array of "


class Spec:
    """The Bot API in machine-readable form: which fields exist and of what type they are."""

    def __init__(self, description: JsonObject) -> None:
        self._methods: JsonObject = description["methods"]
        self._types: JsonObject = description["types"]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return the description in the file at `path` (PaulSonOfLars/telegram-bot-api-spec)."""
        return cls(json.loads(path.read_text(encoding="utf-8")))

    def faults_of_call(
        self, method: str, values: Mapping[str, object], uploads: Collection[str] = ()
    ) -> list[str]:
        """Return what is wrong with a call; values may be strings, as forms carry them."""
        if method not in self._methods:
            return [f"{method}: no such method"]
        fields = self._methods[method].get("fields", [])
        loaded = {
            name: _loaded(value, _types_of(fields, name)) for name, value in values.items()
        } | {name: f"attach://{name}" for name in uploads if _types_of(fields, name)}
        attached = json.dumps(list(loaded.values()))
        lost = [name for name in uploads if f'"attach://{name}"' not in attached]
        return [
            *self._faults_of_fields(method, fields, loaded),
            *(f"{method}: the file {name} is used nowhere" for name in lost),
        ]

    def faults_of_update(self, update: JsonObject) -> list[str]:
        """Return what is wrong with an update."""
        if len(update) != 2:
            return [f"update: expected an id and one content, found {sorted(update)}"]
        return list(self._faults("update", update, ["Update"]))

    def faults_of_result(self, method: str, result: object) -> list[str]:
        """Return what is wrong with the answer to a call."""
        return list(self._faults(f"{method} result", result, self._methods[method]["returns"]))

    def _faults_of_fields(
        self, where: str, fields: list[JsonObject], value: JsonObject
    ) -> Iterator[str]:
        known = {field["name"]: field for field in fields}
        for name in value.keys() - known.keys():
            yield f"{where}.{name}: no such field"
        for name, field in known.items():
            if name in value:
                yield from self._faults(f"{where}.{name}", value[name], field["types"])
            elif field["required"]:
                yield f"{where}.{name}: required, and missing"

    def _faults(self, where: str, value: object, types: list[str]) -> Iterator[str]:
        """Yield the faults of a value against the type that it fits best; none if it fits one."""
        attempts = [list(self._faults_of_type(where, value, name)) for name in types]
        yield from min(attempts, key=len)

    def _faults_of_type(self, where: str, value: object, name: str) -> Iterator[str]:
        if name.startswith(ARRAY):
            if not isinstance(value, list):
                yield f"{where}: expected {name}, found {type(value).__name__}"
                return
            for place, item in enumerate(value):
                yield from self._faults(f"{where}[{place}]", item, [name.removeprefix(ARRAY)])
        elif name in self._types and name != "InputFile":
            yield from self._faults_of_object(where, value, name)
        elif not _is_plain(value, name):
            yield f"{where}: expected {name}, found {type(value).__name__}"

    def _faults_of_object(self, where: str, value: object, name: str) -> Iterator[str]:
        described = self._types[name]
        if not isinstance(value, dict):
            yield f"{where}: expected {name}, found {type(value).__name__}"
        elif described.get("subtypes"):
            yield from self._faults(where, value, described["subtypes"])
        else:
            yield from self._faults_of_fields(where, described.get("fields", []), value)


def _types_of(fields: list[JsonObject], name: str) -> list[str]:
    return next((list(field["types"]) for field in fields if field["name"] == name), [])


def _loaded(value: object, types: list[str]) -> object:
    """A form carries strings only: read those that stand for something else."""
    if not isinstance(value, str) or {"String", "InputFile"} & set(types):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _is_plain(value: object, name: str) -> bool:
    match name:
        case "Integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "Float":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "Boolean" | "True":
            return isinstance(value, bool)
        case "String":
            return isinstance(value, str)
        case "InputFile":
            return isinstance(value, str) and value.startswith("attach://")
        case _:
            return False
