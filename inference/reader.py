"""From a picture or a clip to one reading: what the expression looks like, and how sure that is."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from inference.classifier import Classifier, is_certain, to_scores
from inference.cover import CoverFinder
from inference.emotions import EmotionScores
from inference.errors import NoFaceError, TooDarkError
from inference.faces import choose_face, choose_group
from inference.finder import FaceFinder
from inference.following import Followed, Follower
from inference.images import Image
from inference.looks import MIN_QUALITY, NIGHT_LEVEL, SHARP_EYES_PX, Sight, box_in_file, look
from inference.media import Frame, Media, MediaKind
from inference.preprocess import eye_distance
from inference.quantised import MODELS, Vector
from inference.reading import Advice, FaceReading, Reading
from inference.stills import decode_photo

# Of the frames of a clip, the fifth that differs most from the rest (a blink, a spoken word, a
# face half turned away) does not count.
KEPT_SHARE = 0.8
# Least probability of the emotion for a certain answer about a covered face. Measured on
# PublicTest's faces with covers painted over them: of the readings above it, nine of ten agree with
# most people, for every kind of cover (masks need the highest threshold). Above the threshold of
# uncovered faces, .61, fewer than four of five do.
COVERED_CERTAIN = 0.94


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
        sights = self.look(media)
        answers = self._classifier.classify(np.stack([sight.crop for sight in sights]))
        if media.kind is MediaKind.VIDEO:
            return self._conclude(sights, answers, arc=True)
        place = main_place(sights)
        reading = self._conclude([sights[place]], answers[[place]], arc=False)
        return reading if len(sights) == 1 else self._with_people(reading, sights, answers)

    def look(self, media: Media) -> list[Sight]:
        """Return the looks at what is read: the faces of a photo, or one face through a clip.

        Raises:
            InferenceError: As `read` does.
        """
        if media.kind is MediaKind.PHOTO:
            return self._look_at_photo(media.content)
        return self._look_at_clip(media.content)

    def close(self) -> None:
        """Release the detector."""
        self._finder.close()

    def _look_at_photo(self, content: bytes) -> list[Sight]:
        """Decode small first, which is cheap and enough for a selfie; in full for a small face.

        Of several people each is looked at, from left to right.
        """
        image = decode_photo(content, reduced=True)
        faces = self._finder.find(image)
        if not faces:
            raise nothing_found([image])
        group = choose_group(faces)
        if image.reduction > 1 and any(eye_distance(f.eyes) < SHARP_EYES_PX for f in group):
            image, before = decode_photo(content), image
            # The detector sees no more of it than before; the mesh and the crop do.
            factor = before.reduction / image.reduction
            group = tuple(self._finder.fit(image, face.scaled(factor)) for face in group)
        sights = [look(Frame(0.0, image), face, len(faces), self._cover) for face in group]
        return [s for s in sights if s.quality >= MIN_QUALITY] or [sights[main_place(sights)]]

    def _look_at_clip(self, content: bytes) -> list[Sight]:
        """Follow one person through the frames, all of them turned the same way up."""
        from inference.clips import decode_clip  # and FFmpeg, in 15 MB: not before there is a clip

        frames = decode_clip(content)
        images = [frame.image for frame in frames]
        follower = Follower(self._finder, images)
        sights: list[Sight] = []
        seen: Followed | None = None
        for place, frame in enumerate(frames):
            seen = follower.see(place, seen)
            if seen is not None:
                sight = look(frame, seen.face, seen.faces, self._cover)
                if sight.quality >= MIN_QUALITY:
                    sights.append(sight)
                else:
                    seen = None
        if not sights:
            raise nothing_found(images)
        return sights

    def _conclude(self, sights: list[Sight], answers: Vector, *, arc: bool) -> Reading:
        scores = to_scores(fuse(answers, np.array([sight.quality for sight in sights])))
        best = max(sights, key=lambda sight: sight.quality)
        seconds = [sight.second for sight in sights]
        faces = faces_in(sights)
        advice = tuple(
            code
            for code in Advice
            if (faces > 1 if code is Advice.SEVERAL else is_common(code, sights))
        )
        answered = zip(seconds, map(to_scores, answers), strict=True)
        return Reading(
            scores=scores,
            certain=self._is_certain(scores, advice),
            faces=faces,
            box=box_in_file(best.face, best.image),
            frames=len(sights),
            arc=tuple(answered) if arc else (),
            advice=advice,
        )

    def _with_people(self, reading: Reading, sights: list[Sight], answers: Vector) -> Reading:
        """Return the reading of one face with those of all."""
        people = tuple(
            FaceReading(
                scores,
                self._is_certain(scores, sight.advice),
                box_in_file(sight.face, sight.image),
            )
            for sight, scores in zip(sights, map(to_scores, answers), strict=True)
        )
        return replace(reading, people=people)

    def _is_certain(self, scores: EmotionScores, advice: tuple[Advice, ...]) -> bool:
        enough = COVERED_CERTAIN if Advice.COVERED in advice else 0.0
        return is_certain(scores, self._classifier.settings) and max(scores.probabilities) >= enough


def main_place(sights: list[Sight]) -> int:
    """Return which look is at the face that is read where one is asked for."""
    faces = tuple(sight.face for sight in sights)
    return faces.index(choose_face(faces, sights[0].image))


def is_common(code: Advice, sights: list[Sight]) -> bool:
    """Return whether at least half of the looks give this advice."""
    return 2 * sum(code in sight.advice for sight in sights) >= len(sights)


def faces_in(sights: list[Sight]) -> int:
    """Return how many faces there are: as many as two looks show, or the only one.

    Somebody who is in a part of a clip is told of, too: it follows one person alone.
    """
    return min(sorted(sight.faces for sight in sights)[-2:])


def nothing_found(images: list[Image]) -> NoFaceError:
    """Return the error of pictures without a face: whether more light might show one."""
    brightest = max(float(image.pixels.mean()) for image in images)
    if brightest < NIGHT_LEVEL:
        return TooDarkError(f"expected a mean level of {NIGHT_LEVEL}, found {brightest:.1f}")
    return NoFaceError(f"expected a face in one of {len(images)} pictures, found none")


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
    if len(answers) == 1:
        return np.asarray(answers[0])
    weights = qualities / qualities.sum()
    middle = np.median(answers, axis=0)
    order = np.argsort(np.abs(answers - middle).sum(axis=1), kind="stable")
    before = np.cumsum(weights[order]) - weights[order]
    kept = order[before < KEPT_SHARE]
    return np.asarray(weights[kept] @ answers[kept] / weights[kept].sum())
