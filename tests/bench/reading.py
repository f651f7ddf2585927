"""CPU time of a selfie, stage by stage, and of a clip."""

from collections.abc import Iterator
from time import process_time

from inference.classifier import Classifier
from inference.cover import CoverFinder
from inference.faces import choose_face
from inference.finder import FaceFinder
from inference.media import Media
from inference.preprocess import cut_face
from inference.reader import Reader
from inference.stills import decode_photo
from tests.bench.figures import Figure, cpu_ms, middle
from tests.bench.pictures import clip, selfie

N, N_CLIPS = 60, 8


def measure() -> Iterator[Figure]:
    """Yield CPU milliseconds of all threads of this process, medians."""
    content = selfie()
    finder, classifier, cover, reader = FaceFinder(), Classifier(), CoverFinder(), Reader()
    image = decode_photo(content, reduced=True)
    face = choose_face(finder.find(image), image)
    crop = cut_face(image, face.eyes, turn=face.turn)
    stages = {
        "decode": lambda: decode_photo(content, reduced=True),
        "detect": lambda: finder.detect(image),
        "mesh": lambda: finder.fit(image, face),
        "crop": lambda: cut_face(image, face.eyes, turn=face.turn),
        "cover": lambda: cover.is_covered(crop),
        "classify": lambda: classifier.classify(crop[None]),
    }
    for name, work in stages.items():
        times = cpu_ms(work, n=N, clock=process_time)
        yield middle(f"selfie: {name}", times, "CPU ms")
    whole = Media.of(content)
    times = cpu_ms(lambda: reader.read(whole), n=N, clock=process_time)
    yield middle("selfie: total", times, "CPU ms", "1280x960 JPEG; aim 14")
    moving = Media.of(clip())
    times = cpu_ms(lambda: reader.read(moving), n=N_CLIPS, clock=process_time)
    yield middle("clip: total", times, "CPU ms", "15 s, 640x640, 16 frames; aim 300")
    finder.close()
    reader.close()
