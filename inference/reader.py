"""From a picture or a clip to one reading: what the expression looks like, and how sure that is."""

from pathlib import Path

import numpy as np

from inference.classifier import Classifier, is_certain, to_scores
from inference.cover import CoverFinder
from inference.errors import NoFaceError, TooDarkError
from inference.faces import choose_face
from inference.finder import FaceFinder
from inference.following import Followed, Follower
from inference.images import Image
from inference.looks import MIN_QUALITY, NIGHT_LEVEL, SHARP_EYES_PX, Sight, box_in_file, look
from inference.media import Frame, Media, MediaKind
from inference.preprocess import eye_distance
from inference.quantised import MODELS, Vector
from inference.reading import Advice, Reading
from inference.stills import decode_photo

# Of the frames of a clip, the fifth that differs most from the rest (a blink, a spoken word, a
# face half turned away) does not count.
KEPT_SHARE = 0.8
# How probable the emotion of a covered face must be for a certain answer. Where the network of
# covers notices what is painted before PublicTest's faces, nine of ten such readings agree with
# most people, whichever the cover: masks need most. Above the threshold of clear faces, .61, not
# four in five do.
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
        return self._conclude(self.look(media), arc=media.kind is MediaKind.VIDEO)

    def look(self, media: Media) -> list[Sight]:
        """Return the looks at the face that is read: one for a photo, several for a clip.

        Raises:
            InferenceError: As `read` does.
        """
        if media.kind is MediaKind.PHOTO:
            return [self._look_at_photo(media.content)]
        return self._look_at_clip(media.content)

    def close(self) -> None:
        """Release the detector."""
        self._finder.close()

    def _look_at_photo(self, content: bytes) -> Sight:
        """Decode small first, which is cheap and enough for a selfie; in full for a small face."""
        image = decode_photo(content, reduced=True)
        faces = self._finder.find(image)
        if not faces:
            raise nothing_found([image])
        face = choose_face(faces, image)
        if eye_distance(face.eyes) < SHARP_EYES_PX and image.reduction > 1:
            image, before = decode_photo(content), image
            # The detector sees no more of it than before; the mesh and the crop do.
            face = self._finder.fit(image, face.scaled(before.reduction / image.reduction))
        return look(Frame(0.0, image), face, len(faces), self._cover)

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
