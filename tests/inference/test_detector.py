import gc

from inference.detector import FaceDetector, load_mediapipe
from inference.weights import Weights


def test_detector_that_nobody_closes_is_closed_when_it_is_collected() -> None:
    load_mediapipe()  # else what the import keeps holds the first detector, too
    detector = FaceDetector(Weights.SHORT_RANGE)
    inner = detector._detector  # held, or else a failure would wait for ever
    cycle: list[object] = [detector]
    cycle.append(cycle)

    del detector, cycle
    gc.collect()

    assert inner._handle is None


def test_closing_twice_is_closing_once() -> None:
    detector = FaceDetector(Weights.SHORT_RANGE)

    detector.close()
    detector.close()

    assert detector._detector._handle is None
