"""What a command prints or saves: JSON for programs, lines for people."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graph.building.gate import Check
from graph.errors import GraphError


def print_figures(figures: Mapping[str, Any], *, as_json: bool) -> None:  # JSON
    """Print named figures: one JSON object, or a line each; nested names are joined by dots."""
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))
        return
    for name, value in figures.items():
        if name == "comparison":
            for check in value:
                print(f"{name}: {Check(**check).words()}")
        elif isinstance(value, dict):
            nested = {f"{name}.{inner}": each for inner, each in value.items()}
            print_figures(nested, as_json=False)
        else:
            print(f"{name}: {value}")


def print_line(values: Mapping[str, Any], plain: str, *, as_json: bool) -> None:  # JSON
    """Print one result: a JSON object, or a line of text."""
    print(json.dumps(values, ensure_ascii=False) if as_json else " ".join(plain.split()))


def save(path: Path, content: bytes) -> None:
    """Write a file.

    Raises:
        GraphError: It cannot be written there.
    """
    try:
        path.write_bytes(content)
    except OSError as error:
        raise GraphError(f"expected a place for a file at {path}: {error}") from error
