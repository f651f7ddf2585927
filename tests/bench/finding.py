"""How surely faces are found: close selfies, clips that stand on their heads, pictures of nobody.

`python -m tests.bench.finding --people FOLDER... --nobody FOLDER...` builds the sets from pictures
that are not part of the project, and prints what of them is read wrongly. A picture of a person
counts when exactly one face is read in it, with certainty and at least 100 pixels wide; what the
whole picture says is then the right answer for its crops and clips.
"""

import argparse
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from inference.errors import InferenceError
from inference.media import Media
from inference.reader import Reader
from inference.stills import decode_photo
from tests.drawing import as_file, clip_of

MARGINS, TURNS = (0.1, 0.0, -0.1, -0.2), (1, 2, 3)
MIN_FACE_PX, CLIP_SIDE, CLIP_FRAMES = 100, 480, 6
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}


class Person(NamedTuple):
    """A picture of one person, and what it is read as."""

    picture: Image.Image
    emotion: str
    box: tuple[int, int, int, int]


def main() -> None:
    """Build the sets and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", nargs="*", default=[], type=Path, metavar="FOLDER")
    parser.add_argument("--nobody", nargs="*", default=[], type=Path, metavar="FOLDER")
    parser.add_argument("--most", default=500, type=int, help="pictures without a face")
    parser.add_argument("--show", action="store_true", help="name the pictures read as faces")
    options = parser.parse_args()
    reader = Reader()
    people = list(people_in(options.people, reader))
    for margin in MARGINS:
        name = f"close selfie, margin {margin:+.0%}"
        judge(name, people, partial(close, margin=margin), reader)
    for turns in TURNS:
        judge(f"clip turned by {90 * turns}", people, partial(turned, turns=turns), reader)
    found = list(faces_of_nobody(options.nobody, options.most, reader))
    print(f"pictures of nobody: {sum(found_one for _, found_one in found)} of {len(found)} read")
    for path, found_one in found:
        if found_one and options.show:
            print(f"  {path}")
    reader.close()


def judge(
    name: str, people: Iterable[Person], media_of: Callable[[Person], bytes], reader: Reader
) -> None:
    """Print how many people are read otherwise in such media than in their whole picture."""
    answers = [(person.emotion, answer(media_of(person), reader)) for person in people]
    wrong = sum(found != right for right, found in answers)
    missed = sum(found is None for _, found in answers)
    print(f"{name}: {wrong} of {len(answers)} wrong, of these {missed} without a face", flush=True)


def answer(content: bytes, reader: Reader) -> str | None:
    """Return the emotion that is read, None where no face is found."""
    try:
        return reader.read(Media.of(content)).emotion.value
    except InferenceError:
        return None


def people_in(folders: Iterable[Path], reader: Reader) -> Iterator[Person]:
    """Yield the pictures of one person, each content once."""
    seen = set()
    for path in pictures_in(folders):
        content = path.read_bytes()
        if content in seen:
            continue
        seen.add(content)
        try:
            reading = reader.read(Media.of(content))
        except InferenceError:
            continue
        wide = reading.box[2] - reading.box[0] >= MIN_FACE_PX
        if reading.certain and reading.faces == 1 and not reading.advice and wide:
            upright = Image.fromarray(decode_photo(content).pixels)
            yield Person(upright, reading.emotion.value, reading.box)


def pictures_in(folders: Iterable[Path]) -> list[Path]:
    """Return all pictures under some folders, in order."""
    found = (path for folder in folders for path in sorted(folder.rglob("*")))
    return [path for path in found if path.suffix.lower() in SUFFIXES and path.is_file()]


def close(person: Person, *, margin: float) -> bytes:
    """Return the picture cut to the face's box and a margin, in shares of the box."""
    left, top, right, bottom = person.box
    x, y = margin * (right - left), margin * (bottom - top)
    width, height = person.picture.size
    start = round(max(left - x, 0)), round(max(top - y, 0))
    end = round(min(right + x, width)), round(min(bottom + y, height))
    return as_file(person.picture.crop((*start, *end)), "JPEG", quality=95)


def turned(person: Person, *, turns: int) -> bytes:
    """Return a clip of the picture that lies on its side or its head, and does not say so."""
    picture = person.picture.copy()
    picture.thumbnail((CLIP_SIDE, CLIP_SIDE))
    even = picture.crop((0, 0, picture.width // 2 * 2, picture.height // 2 * 2))
    frame = Image.fromarray(np.rot90(np.asarray(even), turns))
    return clip_of([frame] * CLIP_FRAMES, crf=20)


def faces_of_nobody(
    folders: Iterable[Path], most: int, reader: Reader
) -> Iterator[tuple[Path, bool]]:
    """Yield pictures spread evenly over the folders, and whether a face is read in them."""
    paths = pictures_in(folders)
    for path in paths[:: max(1, -(-len(paths) // most))]:
        yield path, answer(path.read_bytes(), reader) is not None


if __name__ == "__main__":
    main()
