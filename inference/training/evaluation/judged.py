"""Pictures of FER2013 that a person looked at for covers and glasses, and figures against them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.cover import CoverFinder
from inference.preprocess import lighten
from inference.quantised import Vector
from inference.training.data.covers import COVERS
from inference.training.data.dataset import Faces, Split, teaches
from inference.training.data.drawing import Chance, Face
from inference.training.data.worn import fringe, glasses, wearing
from inference.training.evaluation.metrics import accuracy, percent, plurality

Rows = NDArray[np.int64]
JUDGED = Path(__file__).with_name("judged.json")


@dataclass(frozen=True, slots=True)
class Judged:
    """Rows of one split, by what a person saw in them: covered, clear, or neither for sure."""

    covered: Rows
    clear: Rows
    unclear: Rows

    @classmethod
    def of(cls, split: Split) -> "Judged":
        """Read the rows of TRAINING or PUBLIC."""
        return cls(**{name: np.array(rows) for name, rows in _read(split.name.lower()).items()})

    def others(self, faces: Faces) -> Rows:
        """Return the rows that show a face and were judged neither covered nor unclear."""
        return np.setdiff1d(np.flatnonzero(teaches(faces)), [*self.covered, *self.unclear])


def glasses_in_public() -> Rows:
    """Return the rows of PUBLIC in which a person saw ordinary glasses; others may show some."""
    return np.array(_read("glasses"))


def judge_glasses(reading: Vector, public: Faces) -> dict[str, dict[str, float]]:
    """Return how a reading of PublicTest, (n, 7), agrees with people, in percent, by glasses."""
    people = plurality(public.votes)
    wear = np.isin(np.arange(len(public)), glasses_in_public())

    def figures(rows: NDArray[np.bool_]) -> dict[str, float]:
        clean = people.clean & rows
        return {
            "rows": int(clean.sum()),
            "clean": percent(accuracy(reading[clean], people.emotions[clean])),
        }

    return {"with real glasses": figures(wear), "all others": figures(~wear)}


def judge_cover(models: Path, public: Faces) -> dict[str, Any]:
    """Return figures on PublicTest, in percent: what is found, painted and real; false alarms."""
    finder, judged = CoverFinder(models), Judged.of(Split.PUBLIC)
    clear = public.pictures[judged.others(public)]

    def flagged(pictures: Face) -> float:
        return percent(float((finder.logits(lighten(pictures)) > finder.covered_above).mean()))

    def with_painted(change: Callable[[Face, Chance], Face]) -> float:
        chances = map(np.random.default_rng, range(len(clear)))
        return flagged(np.stack(list(map(change, clear, chances))))

    return {
        "painted": {name: with_painted(cover) for name, cover in COVERS.items()},
        "worn": {
            "painted glasses": with_painted(wearing(glasses)),
            "a painted fringe": with_painted(wearing(fringe)),
            "real glasses": flagged(public.pictures[glasses_in_public()]),
        },
        "judged_covered": flagged(public.pictures[judged.covered]),
        "others": flagged(clear),
        "rows": {"judged_covered": len(judged.covered), "others": len(clear)},
    }


def _read(name: str) -> Any:
    return json.loads(JUDGED.read_text(encoding="utf-8"))[name]
