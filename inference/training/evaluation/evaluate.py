"""Every figure that is published of the network, from the committed file and one command."""

from pathlib import Path
from typing import Any

from inference.classifier import Classifier, combine_looks
from inference.finder import FaceFinder
from inference.preprocess import lighten
from inference.training.data.dataset import Faces, Split, load_faces
from inference.training.data.framing import crops_from_far
from inference.training.evaluation.agreement import agreement, judge
from inference.training.evaluation.calibrate import original_alone
from inference.training.evaluation.cost import cpu_ms, resident_mb
from inference.training.evaluation.degradations import degraded
from inference.training.evaluation.judged import judge_cover, judge_glasses
from inference.training.evaluation.metrics import accuracy, percent, plurality


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
        "look_cpu_ms": cpu_ms(classifier.logits, faces.pictures),
        "classify_cpu_ms": cpu_ms(classifier.classify, faces.pictures),
        "resident_mb": resident_mb(models, faces.pictures[:1]),
        "degraded": degraded(classifier, faces),
        "from_far": _from_far(classifier, faces),
        "glasses": judge_glasses(combine_looks(public_looks, classifier.settings), public),
        "cover": judge_cover(models, public),
    }


def _from_far(classifier: Classifier, faces: Faces) -> dict[str, Any]:
    """Return how well readings agree with people of faces that are found in larger pictures."""
    finder = FaceFinder()
    found = crops_from_far(faces.pictures, finder)
    finder.close()
    people = plurality(faces.votes[found.rows])
    ways = {
        "framed as in the data": lighten(faces.pictures[found.rows]),
        "framed by the detector": found.by_detector,
        "framed by the mesh": found.by_mesh,
    }
    return {
        "n": len(found.rows),
        "ways": {
            name: agreement(classifier.classify(crops), people) for name, crops in ways.items()
        },
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
