"""The JSON file beside a network."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def write_description(models: Path, name: str, description: Mapping[str, Any]) -> None:
    """Write `name.json` so that a reader of the diff sees what changed."""
    text = json.dumps(description, indent=1, ensure_ascii=False) + "\n"
    (models / f"{name}.json").write_text(text, encoding="utf-8")
