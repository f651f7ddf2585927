"""What the reader saw, as a picture: the face's box, its mesh, and the frame of the crop."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from itertools import pairwise

import cv2
import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw
from scipy.spatial import Delaunay

from inference.faces import Points
from inference.looks import Sight
from inference.preprocess import SIDE, Point, crop_transform

PANEL_PX, STRIP_PX, MAX_PANELS = 960, 320, 6
BOX, FRAME, MESH = (255, 255, 255), (255, 214, 10), (64, 224, 255)
OUTLINE = (16, 24, 32)  # beneath every line, so that it shows on light skin, too
MESH_OPACITY = 0.55
JPEG_QUALITY = 90


def draw_sights(sights: Sequence[Sight]) -> Pillow.Image:
    """Return the looked-at pictures with what was seen in them; for a clip, a strip in time."""
    if len(sights) == 1:
        return draw_sight(sights[0], PANEL_PX)
    places = np.linspace(0, len(sights) - 1, min(len(sights), MAX_PANELS)).round().astype(int)
    panels = [draw_sight(sights[place], STRIP_PX) for place in places]
    strip = Pillow.new("RGB", (sum(p.width for p in panels), max(p.height for p in panels)))
    left = 0
    for panel in panels:
        strip.paste(panel, (left, 0))
        left += panel.width
    return strip


def draw_file(sights: Sequence[Sight]) -> bytes:
    """Return what `draw_sights` draws as a JPEG file."""
    file = BytesIO()
    draw_sights(sights).save(file, "JPEG", quality=JPEG_QUALITY)
    return file.getvalue()


def draw_sight(sight: Sight, side_px: int) -> Pillow.Image:
    """Return one picture, its longer side so many pixels, with box, mesh and the crop's frame."""
    whole = Pillow.fromarray(sight.image.pixels)
    scale = side_px / max(whole.size)
    size = max(1, round(whole.width * scale)), max(1, round(whole.height * scale))
    picture = whole.resize(size, Pillow.Resampling.LANCZOS)
    face = sight.face.scaled(scale)
    if len(face.points):
        meshed = picture.copy()
        pen = ImageDraw.Draw(meshed)
        for edge in edges_of(face.points):
            pen.line(edge, fill=MESH, width=1)
        picture = Pillow.blend(picture, meshed, MESH_OPACITY)
    pen = ImageDraw.Draw(picture)
    left, top, right, bottom = face.box
    width = max(2, side_px // 320)
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    draw_outlined(pen, corners, BOX, width)
    draw_outlined(pen, crop_corners(sight, scale), FRAME, width)
    return picture


def crop_corners(sight: Sight, scale: float) -> list[Point]:
    """Return where the corners of the crop lie in the picture, so many times as large."""
    back = cv2.invertAffineTransform(crop_transform(sight.face.eyes, SIDE, turn=sight.face.turn))
    edge = SIDE - 0.5
    square = np.array([(-0.5, -0.5), (edge, -0.5), (edge, edge), (-0.5, edge)])
    return [(float(x), float(y)) for x, y in (square @ back[:, :2].T + back[:, 2]) * scale]


def edges_of(points: Points) -> list[tuple[Point, Point]]:
    """Return the lines of the mesh: each pair of neighbouring points once."""
    triangles = Delaunay(points).simplices
    pairs = {tuple(sorted(pair)) for a, b, c in triangles for pair in pairwise((a, b, c, a))}
    places = [(float(x), float(y)) for x, y in points]
    return [(places[one], places[other]) for one, other in sorted(pairs)]


def draw_outlined(
    pen: ImageDraw.ImageDraw, corners: Iterable[Point], colour: tuple[int, int, int], width: int
) -> None:
    """Draw a closed line on a darker, wider one."""
    places = list(corners)
    closed = [*places, *places[:2]]
    pen.line(closed, fill=OUTLINE, width=2 * width + 1, joint="curve")
    pen.line(closed, fill=colour, width=width, joint="curve")
