"""`read FILE...`: what each picture or clip says; `draw FILE -o PNG`: what is seen in one."""

import argparse
import json
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

from inference.drawing import draw_sights
from inference.errors import (
    InferenceError,
    ModelError,
    NoFaceError,
    TooLargeError,
    UnreadableError,
)
from inference.images import MAX_BYTES
from inference.media import Media
from inference.quantised import MODELS
from inference.reader import Reader
from inference.reading import Reading

FIELDS = (
    "kind",
    "faces",
    "emotion",
    "second",
    "certain",
    "scores",
    "box",
    "frames",
    "arc",
    "advice",
    "people",
)


def main(arguments: list[str] | None = None) -> int:
    """Run the program; return its exit code."""
    options = parser().parse_args(arguments)
    try:
        reader = Reader(options.models)
    except ModelError as error:
        print(error, file=sys.stderr)
        return 1
    try:
        if options.command == "draw":
            return draw(options.file, options.output, reader)
        for path in options.files:
            print(as_line(path, reader, as_json=options.json), flush=True)
    finally:
        reader.close()
    return 0


def draw(path: Path, target: Path, reader: Reader) -> int:
    """Draw what is seen in one file into another; return the exit code."""
    try:
        draw_sights(reader.look(Media.of(load(path)))).save(target, "PNG")
    except (InferenceError, OSError) as error:
        print(f"{path}: {error}", file=sys.stderr)
        return 1
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(prog="python -m inference", description=__doc__)
    commands = top.add_subparsers(required=True, dest="command")
    drawn = commands.add_parser("draw", help="draw box, mesh and crop on a picture or a clip")
    drawn.add_argument("file", metavar="FILE", type=Path)
    drawn.add_argument("-o", dest="output", required=True, metavar="PNG", type=Path)
    read = commands.add_parser("read", help="read pictures and clips")
    read.add_argument("files", nargs="+", metavar="FILE", type=Path)
    read.add_argument("--json", action="store_true", help="one JSON object per line")
    for command in (read, drawn):
        command.add_argument(
            "--models", default=MODELS, type=Path, metavar="DIR", help="where emotion.tflite is"
        )
    return top


def as_line(path: Path, reader: Reader, *, as_json: bool) -> str:
    """Read one file and return its line, also when it cannot be read."""
    begun = perf_counter()
    try:
        reading, code = reader.read(Media.of(load(path))), None
    except InferenceError as error:
        reading, code = None, error.code
    if not as_json:
        return f"{path}: {in_words(reading) if reading else code}"
    fields: dict[str, Any] = reading.as_json() if reading else dict.fromkeys(FIELDS)
    if code == NoFaceError.code:
        fields["faces"] = 0
    ms = round((perf_counter() - begun) * 1000, 1)
    return json.dumps({"file": str(path), **fields, "error": code, "ms": ms}, ensure_ascii=False)


def load(path: Path) -> bytes:
    """Return a file's bytes.

    Raises:
        UnreadableError: There is no such file, or it may not be read.
        TooLargeError: It has more bytes than are read.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise TooLargeError(f"expected at most {MAX_BYTES} bytes: {path}")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"expected a file, found {error}") from error


def in_words(reading: Reading) -> str:
    """Return a reading as a person would say it."""
    looks = "looks like" if reading.certain else "might be"
    first, second = reading.scores[reading.emotion], reading.scores[reading.second]
    parts = [f"{looks} {reading.emotion} ({first:.0%}), perhaps {reading.second} ({second:.0%})"]
    if reading.faces > 1:
        parts.append(f"one of {reading.faces} faces")
    if reading.people:
        each = ", ".join(person.scores.ranked()[0] for person in reading.people)
        parts.append(f"from left to right: {each}")
    if reading.arc:
        parts.append(f"{reading.frames} frames")
    if reading.advice:
        parts.append("advice: " + ", ".join(reading.advice))
    return "; ".join(parts)


if __name__ == "__main__":
    sys.exit(main())
