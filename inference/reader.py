"""From a picture or a clip to one reading: what the expression looks like, and how sure that is."""

from dataclasses import dataclass
from enum import StrEnum
from math import hypot
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.classifier import Classifier, is_certain, to_scores
from inference.clips import decode_clip
from inference.cover import CoverFinder
from inference.emotions import Emotion, EmotionScores
from inference.errors import NoFaceError, TooDarkError
from inference.faces import Face, FaceFinder, choose_face
from inference.images import Image
from inference.media import Frame, Media, MediaKind
from inference.preprocess import EYE_DISTANCE, SIDE, cut_face, eye_distance, lighten, share_inside
from inference.quantised import MODELS, Vector
from inference.stills import decode_photo

# Thresholds of the advice, from degrading training pictures and counting changed answers.
# Eyes closer together than in the crop: it is an enlargement and shows less than it could.
SHARP_EYES_PX = EYE_DISTANCE * SIDE
# Six photographs, darkened step by step: the first face is missed at a mean level of 9 (of 255),
# the last one at 1.5. A night has noise on top.
NIGHT_LEVEL = 12
DARK_LEVEL = 45  # mean gray; before `lighten` helped, half of the answers changed at 37
# A larger share of white than in 99 of 100 training pictures; at .35, one answer in seven changes.
BRIGHT_LEVEL, BRIGHT_SHARE = 250, 0.25
MIN_SHARPNESS = 0.04  # 99 of 100 training pictures are above .2; at .02, one answer in five changes
MAX_TURN = 0.6
MIN_INSIDE = 0.85
# A look below this is no face: sixteen looks at a clip find sixteen times as many false ones.
# Real faces, small, dark or turned aside, were above .4, the false ones below .03.
MIN_QUALITY = 0.05
# Of the frames of a clip, the fifth that differs most from the rest (a blink, a spoken word, a
# face half turned away) does not count.
KEPT_SHARE = 0.8
# What a frame counts in which a hand passes before the face, against one without.
COVERED_WEIGHT = 0.3
# How probable the emotion of a covered face must be for a certain answer. Where the network of
# covers notices what is painted before PublicTest's faces, nine of ten such readings agree with
# most people, whichever the cover: masks need most. Above the threshold of clear faces, .61, not
# four in five do.
COVERED_CERTAIN = 0.94


class Advice(StrEnum):
    """What about the picture makes the reading less sure; the bot has a sentence for each."""

    DARK = "dark"
    BRIGHT = "bright"
    BLURRED = "blurred"
    TINY = "tiny"
    TURNED = "turned"
    COVERED = "covered"
    SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a picture or a clip says, without the picture.

    Attributes:
        scores: How probable each emotion is; for a clip, fused over its frames.
        certain: Whether the probabilities support one answer.
        faces: How many faces there are; one of them was read.
        box: Left, top, right, bottom of that face, in pixels of the upright picture; for a clip,
            in the frame that shows it best.
        frames: How many pictures were read: 1 for a photo.
        arc: For a clip, the second and the scores of every frame that was read; else empty.
        advice: What would have made the reading surer.
    """

    scores: EmotionScores
    certain: bool
    faces: int
    box: tuple[int, int, int, int]
    frames: int = 1
    arc: tuple[tuple[float, EmotionScores], ...] = ()
    advice: tuple[Advice, ...] = ()

    @property
    def emotion(self) -> Emotion:
        """The most probable emotion, also when that is not certain."""
        return self.scores.ranked()[0]

    @property
    def second(self) -> Emotion:
        """The next most probable emotion."""
        return self.scores.ranked()[1]

    @property
    def kind(self) -> MediaKind:
        """What was read."""
        return MediaKind.VIDEO if self.arc else MediaKind.PHOTO

    def as_json(self) -> dict[str, Any]:
        """Return the fields for `json.dumps`."""
        return {
            "kind": self.kind.value,
            "faces": self.faces,
            "emotion": self.emotion.value,
            "second": self.second.value,
            "certain": self.certain,
            "scores": rounded(self.scores),
            "box": list(self.box),
            "frames": self.frames,
            "arc": [[round(second, 2), rounded(scores)] for second, scores in self.arc],
            "advice": [advice.value for advice in self.advice],
        }


def rounded(scores: EmotionScores) -> dict[str, float]:
    """Return the probabilities by name, with four digits."""
    return {emotion.value: round(probability, 4) for emotion, probability in scores.items()}


@dataclass(frozen=True, slots=True)
class Sight:
    """One look at one picture: the face that is read, and how well it can be seen.

    Attributes:
        second: Time in the clip; 0 for a photo.
        face: In pixels of `image`.
        image: The picture.
        faces: How many there are.
        crop: (48, 48), uint8.
        advice: What is wrong with the picture.
        quality: Weight of this look among others, above 0.
    """

    second: float
    face: Face
    image: Image
    faces: int
    crop: NDArray[np.uint8]
    advice: tuple[Advice, ...]
    quality: float


class Reader:
    """Detector and networks, loaded; for one thread."""

    def __init__(self, models: Path = MODELS) -> None:
        """Load all three.

        Raises:
            ModelError: A file is missing or is not the expected one.
        """
        self._classifier = Classifier(models)
        self._cover = CoverFinder(models)
        self._finder = FaceFinder()

    def read(self, media: Media) -> Reading:
        """Return what the picture or the clip says.

        Raises:
            InferenceError: The media gives no reading; its class says why.
        """
        if media.kind is MediaKind.PHOTO:
            return self._conclude([self._look_at_photo(media.content)], arc=False)
        return self._conclude(self._look_at_clip(media.content), arc=True)

    def close(self) -> None:
        """Release the detector."""
        self._finder.close()

    def _look_at_photo(self, content: bytes) -> Sight:
        """Decode small first, which is cheap and enough for a selfie; in full for a small face."""
        image = decode_photo(content, reduced=True)
        faces = self._finder.find(image)
        small = faces and eye_distance(choose_face(faces, image).eyes) < SHARP_EYES_PX
        if small and image.reduction > 1:
            image = decode_photo(content)
            faces = self._finder.find(image)
        if not faces:
            raise nothing_found([image])
        face = self._finder.look_closer(image, choose_face(faces, image))
        return look(Frame(0.0, image), faces, face, self._cover)

    def _look_at_clip(self, content: bytes) -> list[Sight]:
        """Follow one person; if no frame shows a face, try a few frames the other ways up."""
        frames = decode_clip(content)
        found = [(frame, self._finder.find_upright(frame.image)) for frame in frames]
        if not any(faces for _, faces in found):
            found = [(frame, self._finder.find(frame.image)) for frame in frames[::4]]
        sights: list[Sight] = []
        for frame, faces in found:
            if faces:
                last = sights[-1].face if sights else None
                face = self._finder.look_closer(frame.image, follow(faces, frame.image, last))
                sight = look(frame, faces, face, self._cover)
                sights.extend([sight] if sight.quality >= MIN_QUALITY else [])
        if not sights:
            raise nothing_found([frame.image for frame in frames])
        return sights

    def _conclude(self, sights: list[Sight], *, arc: bool) -> Reading:
        answers = self._classifier.classify(np.stack([sight.crop for sight in sights]))
        scores = to_scores(fuse(answers, np.array([sight.quality for sight in sights])))
        best = max(sights, key=lambda sight: sight.quality)
        seconds = [sight.second for sight in sights]
        advice = tuple(code for code in Advice if is_common(code, sights))
        enough = COVERED_CERTAIN if Advice.COVERED in advice else 0.0
        answered = zip(seconds, map(to_scores, answers), strict=True)
        return Reading(
            scores=scores,
            certain=is_certain(scores, self._classifier.settings)
            and max(scores.probabilities) >= enough,
            faces=round(float(np.median([sight.faces for sight in sights]))),
            box=box_in_file(best.face, best.image),
            frames=len(sights),
            arc=tuple(answered) if arc else (),
            advice=advice,
        )


def is_common(code: Advice, sights: list[Sight]) -> bool:
    """Return whether at least half of the looks give this advice."""
    return 2 * sum(code in sight.advice for sight in sights) >= len(sights)


def nothing_found(images: list[Image]) -> NoFaceError:
    """Return the error of pictures without a face: whether more light might show one."""
    brightest = max(float(image.pixels.mean()) for image in images)
    if brightest < NIGHT_LEVEL:
        return TooDarkError(f"expected a mean level of {NIGHT_LEVEL}, found {brightest:.1f}")
    return NoFaceError(f"expected a face in one of {len(images)} pictures, found none")


def follow(faces: tuple[Face, ...], image: Image, last: Face | None) -> Face:
    """Return the face that was read in the frame before, as far as it is still about there."""
    if last is not None:
        near = min(faces, key=lambda face: distance(face, last))
        if distance(near, last) < last.size:
            return near
    return choose_face(faces, image)


def distance(one: Face, other: Face) -> float:
    """Return how far apart the middles of two faces are."""
    return hypot(one.centre[0] - other.centre[0], one.centre[1] - other.centre[1])


def look(frame: Frame, faces: tuple[Face, ...], face: Face, cover: CoverFinder) -> Sight:
    """Return the look at one face: its crop, and how well it can be seen."""
    image, eyes, turn = frame.image, face.eyes, face.turn
    crop = cut_face(image, eyes, turn=turn)
    lit = lighten(crop)
    covered = cover.is_covered(lit)
    eyes_px = eye_distance(eyes) * image.reduction
    clear = sharpness(crop)
    checks = {
        Advice.DARK: crop.mean() < DARK_LEVEL,
        Advice.BRIGHT: (crop >= BRIGHT_LEVEL).mean() > BRIGHT_SHARE,
        Advice.BLURRED: clear < MIN_SHARPNESS,
        Advice.TINY: eyes_px < SHARP_EYES_PX,
        Advice.TURNED: turn > MAX_TURN,
        Advice.COVERED: covered or share_inside(image, eyes, turn=turn) < MIN_INSIDE,
        Advice.SEVERAL: len(faces) > 1,
    }
    enough = min(eyes_px / SHARP_EYES_PX, 1.0) * min(clear / MIN_SHARPNESS, 1.0)
    enough *= COVERED_WEIGHT if covered else 1.0
    return Sight(
        second=frame.second,
        face=face,
        image=image,
        faces=len(faces),
        crop=lit,
        advice=tuple(code for code, holds in checks.items() if holds),
        quality=max(face.score * enough * (1 - 0.9 * turn), 1e-3),
    )


def sharpness(crop: NDArray[np.uint8]) -> float:
    """Return the variance of the crop's Laplacian as a share of the variance of its grays."""
    edges = cv2.Laplacian(crop, cv2.CV_32F)
    return float(edges.var() / (crop.var() + 1.0))


def fuse(answers: Vector, qualities: Vector) -> Vector:
    """Return one answer for several looks at the same person.

    The looks farthest from the common answer are left out, up to a fifth of all weight; the rest
    is averaged by weight.

    Args:
        answers: (n, 7), probabilities.
        qualities: (n,), weights above 0.

    Returns:
        (7,), probabilities.
    """
    weights = qualities / qualities.sum()
    middle = np.median(answers, axis=0)
    order = np.argsort(np.abs(answers - middle).sum(axis=1), kind="stable")
    before = np.cumsum(weights[order]) - weights[order]
    kept = order[before < KEPT_SHARE]
    return np.asarray(weights[kept] @ answers[kept] / weights[kept].sum())


def box_in_file(face: Face, image: Image) -> tuple[int, int, int, int]:
    """Return the face's box in pixels of the upright picture in the file, cut at its edges."""
    width, height = image.full_size
    left, top, right, bottom = (round(edge * image.reduction) for edge in face.box)
    return max(left, 0), max(top, 0), min(right, width), min(bottom, height)
