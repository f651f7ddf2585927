"""What the reader saw, as a picture: each face's box and mesh, and the part that the network sees.

It is made for a phone's width: lines have a dark edge, so that they show on any skin, and what is
small in the picture is shown from near below it.
"""

from collections.abc import Iterable, Sequence
from io import BytesIO
from math import ceil
from statistics import fmean

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from inference.looks import Sight
from inference.preprocess import SIDE, Point, crop_transform
from inference.warping import inverse, warped

LONGEST_PX, CLIP_PX = 960, 960
MOST_PER_ROW, CLIP_PER_ROW, MAX_MOMENTS = 4, 3, 6
# From near, the crop takes such a share of the side, so that the whole face stands around it.
CROP_SHARE = 0.62
# Narrower faces are lost under their own mesh: they show it from near only.
MESH_FROM_PX = 130
FINER = 2  # what is seen from near is drawn so many times as large: thin lines come out smooth
FONT_PX = 26
CORNER_PX = 14  # chats round a picture's corners off, by a twentieth of its width
JPEG_QUALITY = 90
BOX, FRAME, MESH, EDGE = (255, 255, 255), (255, 214, 10), (64, 224, 255), (16, 24, 32)

Colour = tuple[int, int, int]


def draw_file(sights: Sequence[Sight]) -> bytes:
    """Return what `draw_sights` draws as a JPEG file."""
    file = BytesIO()
    draw_sights(sights).save(file, "JPEG", quality=JPEG_QUALITY)
    return file.getvalue()


def draw_sights(sights: Sequence[Sight]) -> Pillow.Image:
    """Return what was seen: in a picture, or in some moments of a clip.

    Args:
        sights: One for each face of a picture, from left to right; or one for each frame of a clip.
    """
    if any(sight.image is not sights[0].image for sight in sights):
        return draw_moments(sights)
    picture = draw_picture(sights)
    if len(sights) > 1:
        columns = per_row(len(sights))
        tiles = [
            labelled(draw_near(sight, picture.width // columns), str(number))
            for number, sight in enumerate(sights, 1)
        ]
        return stacked([picture, in_rows(tiles, columns)])
    side = picture.width // 2
    return stacked([picture, in_rows([draw_near(sights[0], side), draw_crop(sights[0], side)], 2)])


def draw_moments(sights: Sequence[Sight]) -> Pillow.Image:
    """Return up to six moments of a clip from near, in order, with their seconds."""
    places = np.linspace(0, len(sights) - 1, min(len(sights), MAX_MOMENTS)).round().astype(int)
    side = CLIP_PX // CLIP_PER_ROW
    chosen = [sights[place] for place in places]
    return in_rows(
        [labelled(draw_near(sight, side), f"{sight.second:.1f} s") for sight in chosen],
        CLIP_PER_ROW,
    )


def draw_picture(sights: Sequence[Sight]) -> Pillow.Image:
    """Return the whole picture with each face's box and crop, and numbers if there are several."""
    whole = Pillow.fromarray(sights[0].image.pixels)
    scale = LONGEST_PX / max(whole.size)
    size = max(1, round(whole.width * scale)), max(1, round(whole.height * scale))
    picture = whole.resize(size, Pillow.Resampling.LANCZOS)
    pen = ImageDraw.Draw(picture)
    to_picture = np.array([[scale, 0, 0], [0, scale, 0]])
    for sight in sights:
        draw_face(pen, sight, to_picture, mesh=sight.face.size * scale >= MESH_FROM_PX)
    if len(sights) > 1:
        for number, sight in enumerate(sights, 1):
            corners = moved(crop_corners(sight), to_picture)
            draw_label(
                picture, str(number), (fmean(x for x, _ in corners), min(y for _, y in corners))
            )
    return picture


def draw_near(sight: Sight, side_px: int) -> Pillow.Image:
    """Return a face from near, upright, with all that was seen of it: a square."""
    drawn_px = FINER * side_px
    crop_px = CROP_SHARE * drawn_px
    there = crop_transform(sight.face.eyes, crop_px, turn=sight.face.turn)
    there[:, 2] += (drawn_px - crop_px) / 2
    pixels = warped(sight.image.pixels, there, drawn_px)
    near = Pillow.fromarray(np.rint(pixels).astype(np.uint8))
    draw_face(ImageDraw.Draw(near), sight, there, mesh=True)
    return near.resize((side_px, side_px), Pillow.Resampling.LANCZOS)


def draw_crop(sight: Sight, side_px: int) -> Pillow.Image:
    """Return what the network sees of a face, enlarged, in the colour of the crop's frame."""
    seen = Pillow.new("RGB", (side_px, side_px), EDGE)
    inside = round(CROP_SHARE * side_px)
    crop = Pillow.fromarray(sight.crop).resize((inside, inside), Pillow.Resampling.NEAREST)
    start = (side_px - inside) // 2
    seen.paste(crop.convert("RGB"), (start, start))
    width = line_width(side_px)
    frame = (start - width, start - width, start + inside + width, start + inside + width)
    ImageDraw.Draw(seen).rectangle(frame, outline=FRAME, width=width)
    return seen


def draw_face(
    pen: ImageDraw.ImageDraw, sight: Sight, there: NDArray[np.float64], *, mesh: bool
) -> None:
    """Draw a face's box, the frame of its crop and, if asked for, its mesh.

    Args:
        pen: Of the drawing.
        sight: The face.
        there: (2, 3), takes the sight's picture to the drawing.
        mesh: Draw eyes, brows, lips and the face's outline.
    """
    face = sight.face
    left, top, right, bottom = face.box
    size = face.size * float(np.hypot(there[0, 0], there[0, 1]))
    width = line_width(size)
    if mesh and len(face.points):
        points = moved(face.points, there)
        draw_lines(pen, [[points[a], points[b]] for a, b in contours()], MESH, max(1, width - 1))
    box = moved([(left, top), (right, top), (right, bottom), (left, bottom)], there)
    draw_lines(pen, [[*box, *box[:2]]], BOX, width)
    frame = moved(crop_corners(sight), there)
    draw_lines(pen, [[*frame, *frame[:2]]], FRAME, width)


def crop_corners(sight: Sight) -> list[Point]:
    """Return where the corners of the crop lie in the sight's picture."""
    back = inverse(crop_transform(sight.face.eyes, SIDE, turn=sight.face.turn))
    edge = SIDE - 0.5
    return moved([(-0.5, -0.5), (edge, -0.5), (edge, edge), (-0.5, edge)], back)


def moved(points: Iterable[Point] | NDArray[np.float32], there: NDArray[np.float64]) -> list[Point]:
    """Return points after an affine transform (2, 3)."""
    places = np.asarray(list(points), np.float64) @ there[:, :2].T + there[:, 2]
    return [(float(x), float(y)) for x, y in places]


def contours() -> list[tuple[int, int]]:
    """Return the lines of the mesh along eyes, brows, lips and the face's outline."""
    from mediapipe.tasks.python.vision import face_landmarker  # at hand wherever faces are read

    known = face_landmarker.FaceLandmarksConnections
    return [(line.start, line.end) for line in known.FACE_LANDMARKS_CONTOURS]


def line_width(size_px: float) -> int:
    """Return how wide lines are on a face of this size: still seen on a phone, hiding little."""
    return min(max(2, round(size_px / 80)), 5)


def draw_lines(
    pen: ImageDraw.ImageDraw, lines: Sequence[Sequence[Point]], colour: Colour, width: int
) -> None:
    """Draw lines, all on their darker edges, which therefore cover none of them."""
    for line in lines:
        pen.line(list(line), fill=EDGE, width=width + 2, joint="curve")
    for line in lines:
        pen.line(list(line), fill=colour, width=width, joint="curve")


def draw_label(picture: Pillow.Image, text: str, at: Point, *, inside_px: int = 0) -> None:
    """Write on a dark plate whose lower edge has its middle there, so far within the picture."""
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(size=FONT_PX)
    left, top, right, bottom = (ceil(edge) for edge in pen.textbbox((0, 0), text, font=font))
    pad = 5
    width, height = right - left + 2 * pad, bottom - top + 2 * pad
    x = min(max(round(at[0] - width / 2), inside_px), picture.width - width)
    y = min(max(round(at[1] - height), inside_px), picture.height - height)
    pen.rounded_rectangle((x, y, x + width, y + height), radius=pad, fill=EDGE)
    pen.text((x + pad - left, y + pad - top), text, font=font, fill=BOX)


def labelled(tile: Pillow.Image, text: str) -> Pillow.Image:
    """Return a tile with words in its upper left corner."""
    draw_label(tile, text, (0, 0), inside_px=CORNER_PX)
    return tile


def per_row(n: int) -> int:
    """Return how many of `n` tiles, two or more, stand in a row so that few places stay empty."""
    return min(range(MOST_PER_ROW, 1, -1), key=lambda columns: -n % columns)


def in_rows(tiles: Sequence[Pillow.Image], per_row: int) -> Pillow.Image:
    """Return tiles of one size side by side, in so many rows as they need."""
    side = tiles[0].width
    rows = [tiles[n : n + per_row] for n in range(0, len(tiles), per_row)]
    sheet = Pillow.new("RGB", (min(len(tiles), per_row) * side, len(rows) * side), EDGE)
    for y, row in enumerate(rows):
        for x, tile in enumerate(row):
            sheet.paste(tile, (x * side, y * side))
    return sheet


def stacked(parts: Sequence[Pillow.Image]) -> Pillow.Image:
    """Return pictures below each other."""
    whole = Pillow.new(
        "RGB", (max(part.width for part in parts), sum(part.height for part in parts)), EDGE
    )
    top = 0
    for part in parts:
        whole.paste(part, (0, top))
        top += part.height
    return whole
