"""Every figure that is published of the network, from the committed file and one command."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from resource import getpagesize
from statistics import median
from time import thread_time
from typing import Any
from zlib import crc32

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.classifier import NAME, Classifier, ReadingSettings, combine, combine_looks
from inference.emotions import EMOTIONS
from inference.faces import FaceFinder
from inference.preprocess import SIDE, lighten
from inference.quantised import Vector, read_model
from inference.training.data.dataset import Faces, Split, load_faces
from inference.training.data.description import write_description
from inference.training.data.drawing import Chance, smooth
from inference.training.data.framing import WIDER, crops_from_far
from inference.training.data.worn import fringe, glasses, wearing
from inference.training.evaluation.calibrate import original_alone
from inference.training.evaluation.judged import judge_cover, judge_glasses
from inference.training.evaluation.metrics import (
    Plurality,
    accuracy,
    accuracy_at,
    confusion,
    percent,
    plurality,
    recalls,
    reliability,
)

Pictures = NDArray[np.uint8]
N_TIMED = 300
EVEN = (1.0,) * len(EMOTIONS)
FIGURES_BEGIN, FIGURES_END = "<!-- figures: evaluate -->\n", "<!-- end of figures -->\n"


def evaluate(models: Path, data: Path, split: Split) -> dict[str, Any]:
    """Return the figures of the int8 file on one split, accuracies in percent.

    The outputs are judged on the pictures as they are, the reading on the same pictures in the
    light to which serving brings a face.
    """
    classifier, faces = Classifier(models), load_faces(data, split)
    public = load_faces(data, Split.PUBLIC)
    alone = original_alone(*classifier.logits(public.pictures), public)
    outputs, looks = classifier.logits(faces.pictures), classifier.looks(lighten(faces.pictures))
    public_looks = classifier.looks(lighten(public.pictures))
    return judge(outputs, looks, faces, alone, classifier.settings) | {
        "split": split.name,
        "n": len(faces),
        "bytes": (models / "emotion.tflite").stat().st_size,
        "look_cpu_ms": _cpu_ms(classifier.logits, faces.pictures),
        "classify_cpu_ms": _cpu_ms(classifier.classify, faces.pictures),
        "resident_mb": _resident_mb(models, faces.pictures[:1]),
        "degraded": _degraded(classifier, faces),
        "from_far": _from_far(classifier, faces),
        "glasses": judge_glasses(combine_looks(public_looks, classifier.settings), public),
        "cover": judge_cover(models, public),
    }


def judge(
    outputs: tuple[Vector, Vector],
    looks: Sequence[tuple[Vector, Vector]],
    faces: Faces,
    alone: ReadingSettings,
    settings: ReadingSettings,
) -> dict[str, Any]:
    """Return the figures of a network.

    Args:
        outputs: Its logits, (n, 7) and (n, 8), for the pictures as they are.
        looks: Those from which a reading is made; the first is the one without mirror image.
        faces: The pictures.
        alone: What reads the original output only.
        settings: Of the reading.
    """
    people = plurality(faces.votes)
    labels = combine(*outputs, alone)
    votes = combine(*outputs, replace(settings, mixture=0.0, weights=EVEN))
    reading, one_look = combine_looks(looks, settings), combine(*looks[0], settings)
    fresh = ~faces.copies
    clean, truth = reading[people.clean], people.emotions[people.clean]
    counts = confusion(clean, truth)
    certain = reading.max(axis=1) >= settings.certain_above
    seen = people.seen
    return {
        "original": {
            "accuracy": percent(accuracy(labels, faces.labels)),
            "accuracy_without_copies": percent(accuracy(labels[fresh], faces.labels[fresh])),
            "recall": _by_emotion(recalls(confusion(labels, faces.labels))),
            "calibration_error": round(reliability(labels, faces.labels).error, 4),
        },
        "ferplus": {
            name: percent(accuracy(votes[rows], people.emotions[rows]))
            for name, rows in (("all", seen), ("clean", people.clean), ("six", people.six))
        },
        "one_look": _agreement(one_look, people),
        "reading": _agreement(reading, people)
        | {
            "all": percent(accuracy(reading[seen], people.emotions[seen])),
            "six": percent(accuracy(reading[people.six], people.emotions[people.six])),
            "recall": _by_emotion(recalls(counts)),
            "confusion": counts.tolist(),
            "certain_share": percent(float(certain[seen].mean())),
            "certain_accuracy": percent(
                accuracy(reading[seen & certain], people.emotions[seen & certain])
            ),
        },
        "rows": {"clean": int(people.clean.sum()), "six": int(people.six.sum())},
    }


def _agreement(reading: Vector, people: Plurality) -> dict[str, float]:
    """Return how well (n, 7) probabilities agree with people."""
    clean, truth = reading[people.clean], people.emotions[people.clean]
    seen = people.seen
    return {
        "clean": percent(accuracy(clean, truth)),
        "macro_recall": percent(float(np.nanmean(recalls(confusion(clean, truth))))),
        "calibration_error": round(reliability(reading[seen], people.emotions[seen]).error, 4),
        "most_certain_80": percent(accuracy_at(clean, truth, share=0.8)),
    }


def float_accuracy(network: Path, data: Path, split: Split) -> float:
    """Return the accuracy of the float network on the original labels, in percent.

    Needs PyTorch.

    Raises:
        ValueError: The network is not the `network.pt` of a run, but an int8 file.
    """
    from inference.training.network.load import PUBLISHED, load_network
    from inference.training.network.network import predict

    if network.suffix == PUBLISHED:
        raise ValueError(f"expected the network.pt of a run, which is float; found {network}")
    faces = load_faces(data, split)
    original, _ = predict(load_network(network)[0], faces.pictures)
    return percent(accuracy(original.numpy(), faces.labels))


def record(models: Path, figures: Mapping[str, Any]) -> None:
    """Write the figures into `emotion.json` and into the model card.

    The float network's figure stays where there is no new one: it belongs to the file, which may
    outlive the float weights.
    """
    description, _ = read_model(models, NAME)
    before = description.get("scores", {})
    if before.get("split") == figures["split"] and "float_accuracy" in before:
        figures = {"float_accuracy": before["float_accuracy"]} | dict(figures)
    write_description(models, NAME, description | {"scores": dict(figures)})
    card = models / "MODEL_CARD.md"
    before, rest = card.read_text(encoding="utf-8").split(FIGURES_BEGIN)
    after = rest.split(FIGURES_END)[1]
    table = as_table(figures)
    card.write_text(before + FIGURES_BEGIN + table + FIGURES_END + after, encoding="utf-8")


def as_table(figures: Mapping[str, Any]) -> str:
    """Return the figures as the Markdown tables of the model card."""
    original, people, reading = figures["original"], figures["ferplus"], figures["reading"]
    one_look = figures["one_look"]
    rows = [
        (f"{figures['split'].title()}Test, original labels", f"{original['accuracy']} %"),
        ("without copies of training pictures", f"{original['accuracy_without_copies']} %"),
        ("float network, same labels", f"{figures.get('float_accuracy', '-')} %"),
        ("calibration error (ECE), original labels", original["calibration_error"]),
        ("FER+ output, plurality of ten people, all", f"{people['all']} %"),
        ("FER+ output, clean plurality", f"{people['clean']} %"),
        ("FER+ output, six votes or more", f"{people['six']} %"),
        ("reading at one look, clean plurality", f"{one_look['clean']} %"),
        ("reading at one look, macro recall", f"{one_look['macro_recall']} %"),
        ("reading at one look, calibration error (ECE)", one_look["calibration_error"]),
        ("reading at one look, most certain 80 %", f"{one_look['most_certain_80']} %"),
        ("reading, plurality, all", f"{reading['all']} %"),
        ("reading, clean plurality", f"{reading['clean']} %"),
        ("reading, six votes or more", f"{reading['six']} %"),
        ("reading, macro recall, clean plurality", f"{reading['macro_recall']} %"),
        ("reading, calibration error (ECE), plurality", reading["calibration_error"]),
        ("reading, most certain 80 %, clean plurality", f"{reading['most_certain_80']} %"),
        ("readings called certain", f"{reading['certain_share']} %"),
        ("of these, agree with most people", f"{reading['certain_accuracy']} %"),
        ("file", f"{figures['bytes']:,} bytes"),
        ("one look at a face, one thread", f"{figures['look_cpu_ms']} CPU ms"),
        ("both looks, one thread", f"{figures['classify_cpu_ms']} CPU ms"),
        ("memory for loading it and reading a face", f"{figures['resident_mb']} MB"),
    ]
    lines = ["| figure | value |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)]
    lines += ["", "| recall | original labels | reading, clean plurality |", "|---|---|---|"]
    lines += [
        f"| {emotion} | {original['recall'][emotion]} % | {reading['recall'][emotion]} % |"
        for emotion in EMOTIONS
    ]
    lines += [
        "",
        "| picture made worse | reading, clean plurality | macro recall |",
        "|---|---|---|",
    ]
    lines += [
        f"| {name} | {worse['clean']} % | {worse['macro_recall']} % |"
        for name, worse in figures["degraded"].items()
    ]
    far = figures["from_far"]
    title = f"face found in a picture {WIDER} times as wide ({far['n']:,})"
    lines += ["", f"| {title} | reading, clean plurality | macro recall |", "|---|---|---|"]
    lines += [
        f"| {name} | {way['clean']} % | {way['macro_recall']} % |"
        for name, way in far["ways"].items()
    ]
    lines += ["", "| PublicTest picture | reading, clean plurality |", "|---|---|"]
    lines += [
        f"| {name} ({worn['rows']:,}) | {worn['clean']} % |"
        for name, worn in figures["glasses"].items()
    ]
    cover = figures["cover"]
    lines += ["", "| PublicTest picture | called covered |", "|---|---|"]
    lines += [f"| with a painted {name} | {share} % |" for name, share in cover["painted"].items()]
    lines += [f"| with {name} (no cover) | {share} % |" for name, share in cover["worn"].items()]
    n_covered, n_others = (f"{cover['rows'][rows]:,}" for rows in ("judged_covered", "others"))
    lines += [
        f"| covered in itself ({n_covered}) | {cover['judged_covered']} % |",
        f"| all others ({n_others}) | {cover['others']} % |",
    ]
    return "\n".join(lines) + "\n"


def _degraded(classifier: Classifier, faces: Faces) -> dict[str, dict[str, float]]:
    """Return how well the reading of pictures made worse agrees with people."""
    people = plurality(faces.votes)
    return {
        name: _agreement(classifier.classify(lighten(_each(faces.pictures, change))), people)
        for name, change in DEGRADATIONS.items()
    }


def _from_far(classifier: Classifier, faces: Faces) -> dict[str, Any]:
    """Return how well readings agree with people of faces that are found in larger pictures."""
    finder = FaceFinder()
    found = crops_from_far(faces.pictures, finder)
    finder.close()
    people = plurality(faces.votes[found.rows])
    ways = {
        "framed as in the data": lighten(faces.pictures[found.rows]),
        "framed by the first look": found.at_once,
        "framed by the closer look": found.closer,
    }
    return {
        "n": len(found.rows),
        "ways": {
            name: _agreement(classifier.classify(crops), people) for name, crops in ways.items()
        },
    }


def _each(pictures: Pictures, change: Callable[[Pictures], Any]) -> Pictures:
    return np.stack([np.asarray(change(picture), np.uint8) for picture in pictures])


def _bright(factor: float) -> Callable[[Pictures], Any]:
    return lambda picture: np.clip(picture * factor, 0, 255)


def _blurred(sigma_px: float) -> Callable[[Pictures], Any]:
    return lambda picture: cv2.GaussianBlur(picture, (0, 0), sigma_px)


def _small(side_px: int) -> Callable[[Pictures], Any]:
    def change(picture: Pictures) -> Any:
        small = cv2.resize(picture, (side_px, side_px), interpolation=cv2.INTER_AREA)
        return cv2.resize(small, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)

    return change


def _turned(degrees: float) -> Callable[[Pictures], Any]:
    middle = (SIDE - 1) / 2
    turn = cv2.getRotationMatrix2D((middle, middle), degrees, 1.0)
    return lambda picture: cv2.warpAffine(
        picture, turn, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE
    )


def _by_chance(change: Callable[[Pictures, Chance], Pictures]) -> Callable[[Pictures], Any]:
    """Return the change with the chance that each picture's own pixels give it."""
    return lambda picture: change(picture, np.random.default_rng(crc32(picture.tobytes())))


def _backlit(factor: float) -> Callable[[Pictures], Any]:
    y, x = np.mgrid[:SIDE, :SIDE] / (SIDE - 1) * 2 - 1
    face = (x / 0.8) ** 2 + y**2 < 1
    return lambda picture: np.where(face, picture * factor, picture)


DEGRADATIONS: Mapping[str, Callable[[Pictures], Any]] = {
    "brightness x 0.5": _bright(0.5),
    "brightness x 0.2": _bright(0.2),
    "brightness x 1.6": _bright(1.6),
    "blur, sigma 1 px": _blurred(1),
    "blur, sigma 2 px": _blurred(2),
    "24 px wide": _small(24),
    "16 px wide": _small(16),
    "turned by 10 degrees": _turned(10),
    "turned by 20 degrees": _turned(20),
    "face at half of its light, not what is behind it": _backlit(0.5),
    "face at three tenths of its light, likewise": _backlit(0.3),
    "skin smoothed": smooth,
    "with painted glasses": _by_chance(wearing(glasses)),
    "with painted glasses, skin smoothed": _by_chance(
        lambda picture, chance: smooth(wearing(glasses)(picture, chance))
    ),
    "with a painted fringe": _by_chance(wearing(fringe)),
}


def _cpu_ms(work: Callable[[Pictures], object], pictures: Pictures) -> float:
    """Return the median for one face; processors and neighbours differ by a factor of two."""
    times = []
    for picture in pictures[:N_TIMED]:
        start = thread_time()
        work(picture[None])
        times.append(thread_time() - start)
    return round(median(times) * 1000, 2)


def _resident_mb(models: Path, face: Pictures) -> float:
    """Return by how much a fresh process grows, in MB, that loads the network and reads a face.

    Needs Linux.
    """
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_growth_mb, (models, face))


def _growth_mb(models: Path, face: Pictures) -> float:
    def resident_bytes() -> int:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * getpagesize()

    before = resident_bytes()
    Classifier(models).classify(face)
    return round((resident_bytes() - before) / 1e6, 1)


def _by_emotion(values: Vector) -> dict[str, float]:
    return {str(e): percent(float(v)) for e, v in zip(EMOTIONS, values, strict=True)}
