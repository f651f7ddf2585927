"""Train and export the network that notices covered faces.

It learns from training pictures with things painted before the face, and from some that show
covered faces anyway: found by an earlier network of this kind among the training pictures, looked
at one by one, and listed in `judged.json` by their rows.
"""

from dataclasses import asdict, dataclass
from pathlib import Path

import keras
import numpy as np
import torch
from torch import Generator
from torch.nn import functional
from tqdm import trange

from inference.cover import HEADS, NAME, CoverFinder
from inference.preprocess import SIDE, lighten
from inference.training.data.augment import photograph
from inference.training.data.covers import paint
from inference.training.data.dataset import Faces, Split, load_faces
from inference.training.data.description import write_description
from inference.training.data.drawing import Chance, Face, smooth
from inference.training.data.worn import draw, put_on
from inference.training.evaluation.judged import Judged, Rows
from inference.training.export.quantise import (
    calibration_pictures,
    convolution,
    dense,
    quantise,
    write_network,
)
from inference.training.network.network import INPUT_DIVISOR, CoverNetwork

# False-positive rate at the threshold, on faces judged neither covered nor unclear; a few faces
# that nobody looked at are covered all the same.
FALSE_POSITIVE_RATE = 0.01
# Share of a batch whose skin is smoothed, so that smoothness does not predict a cover.
SMOOTHED, SMOOTHED_LEVELS = 0.4, (30, 120)
# Share with painted glasses or a fringe, covered or not: these are not covers.
WORN_SHARE = 0.25
# Every n-th row of the training part is held out to choose the threshold.
HELD_OUT_EVERY = 10


@dataclass(frozen=True, slots=True)
class CoverRecipe:
    """Everything that decides how the training ends.

    Attributes:
        seed: Same seed, same machine, same network.
        steps: Batches in all.
        batch: Pictures per batch; half of them covered.
        real: How many of a batch are pictures judged covered.
        hard: How many of a batch are pictures judged clear that an earlier network took for
            covered.
        learning_rate: Of AdamW, at its peak.
    """

    seed: int = 1
    steps: int = 5000
    batch: int = 128
    real: int = 20
    hard: int = 10
    learning_rate: float = 4e-3


def make_cover(data: Path, models: Path, recipe: CoverRecipe) -> None:
    """Write `cover.tflite` and `cover.json`.

    The threshold comes from training pictures that were kept out of the training.
    """
    faces, judged = load_faces(data, Split.TRAINING), Judged.of(Split.TRAINING)
    network = fit(faces, judged, recipe)
    chance = np.random.default_rng((recipe.seed, 1))
    calibration = calibration_pictures(faces)
    both = np.concatenate([calibration, paint(calibration, chance)])
    content = quantise(_twin(network), both)
    description = write_network(models, NAME, content, HEADS, {"training": asdict(recipe)})
    finder, kept = CoverFinder(models), judged.others(faces)
    clear = finder.logits(lighten(faces.pictures[kept[kept % HELD_OUT_EVERY == 0]]))
    threshold = round(float(np.quantile(clear, 1 - FALSE_POSITIVE_RATE)), 3)
    write_description(models, NAME, description | {"covered_above": threshold})


def fit(faces: Faces, judged: Judged, recipe: CoverRecipe) -> CoverNetwork:
    """Return the network trained on the rows that are not kept for the threshold."""
    torch.manual_seed(recipe.seed)
    network = CoverNetwork()
    optimiser = torch.optim.AdamW(network.parameters(), weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, recipe.learning_rate, total_steps=recipe.steps
    )
    chance = np.random.default_rng(recipe.seed)
    generator = Generator().manual_seed(recipe.seed)
    sources = [_taught(rows) for rows in (judged.covered, judged.clear, judged.others(faces))]
    covered = torch.arange(recipe.batch) < recipe.batch // 2
    for _ in trange(recipe.steps, unit="step", mininterval=5):
        batch = torch.from_numpy(_batch(faces.pictures, sources, recipe, chance))
        seen = photograph(batch[:, None].float(), generator).clamp(0, 255)
        loss = functional.binary_cross_entropy_with_logits(network(seen), covered.float())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return network.eval()


def _taught(rows: Rows) -> Rows:
    return rows[rows % HELD_OUT_EVERY != 0]


def _batch(pictures: Face, sources: list[Rows], recipe: CoverRecipe, chance: Chance) -> Face:
    """Return the pictures of one step: the first half covered, the second not."""
    covered, hard, others = sources
    half = recipe.batch // 2

    def some(rows: Rows, n: int) -> Face:
        faces = pictures[chance.choice(rows, n)]
        for row in np.flatnonzero(chance.random(n) < WORN_SHARE):
            faces[row] = put_on(faces[row], draw(chance))
        return faces

    parts = [
        some(covered, recipe.real),
        paint(some(others, half - recipe.real), chance),
        some(hard, recipe.hard),
        some(others, recipe.batch - half - recipe.hard),
    ]
    batch = np.concatenate(parts)
    for row in np.flatnonzero(chance.random(len(batch)) < SMOOTHED):
        batch[row] = smooth(batch[row], chance.uniform(*SMOOTHED_LEVELS))
    return batch


def _twin(network: CoverNetwork) -> keras.Model:
    """Return the same network in Keras, which the converter reads."""
    weights = network.state_dict()
    x = picture = keras.Input((SIDE, SIDE, 1), name="picture")
    for place, stride in enumerate(CoverNetwork.STRIDES):
        divisor = 1.0 if place else INPUT_DIVISOR
        name = f"blocks.{place}"
        x = keras.layers.ReLU()(convolution(x, weights, name, stride=stride, divisor=divisor))
    features = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(picture, [dense(features, weights, "covered")])
