"""The pictures and targets of each training step, by its number and the recipe alone."""

from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import TypeAlias

import numpy as np
import torch
from torch import Generator, Tensor
from torch.nn import functional
from tqdm import tqdm

from inference.training.data.augment import augment, mix
from inference.training.data.dataset import Faces, vote_shares
from inference.training.network.load import load_network
from inference.training.network.network import N_ORIGINAL, EmotionNetwork, fast_floats, predict
from inference.training.network.recipe import Recipe

Changed: TypeAlias = tuple[Tensor, tuple[Tensor, ...]]


class Batches:
    """The training pictures and targets on the device, dealt out by step number.

    Attributes:
        pictures: (n, 1, 48, 48), uint8; with views, n is that many times the training pictures.
        targets: (n, 7) of the original labels and (n, 8) of the votes; rows sum to 1.
    """

    def __init__(self, faces: Faces, recipe: Recipe, device: str) -> None:
        self.recipe, self.device = recipe, device
        self.pictures = torch.from_numpy(faces.pictures).to(device)[:, None]
        hard = functional.one_hot(torch.from_numpy(faces.labels), N_ORIGINAL).float()
        smooth = hard * (1 - recipe.smoothing) + recipe.smoothing / N_ORIGINAL
        targets = (smooth, torch.from_numpy(vote_shares(faces.votes)))
        self.calm_from = recipe.steps * (1 - recipe.calm_end)
        if not recipe.views:
            targets = blend(recipe, faces, targets)
        self.targets = tuple(target.to(device) for target in targets)
        self.handicap = recipe.balance * self.targets[1].mean(0).log()
        if recipe.views:
            self._make_views()
        self.per_epoch = len(self.pictures) // recipe.batch

    def at(self, step: int) -> Changed:
        """Return the step's pictures, (b, 1, 48, 48), and its targets, (b, 7) and (b, 8)."""
        recipe, (epoch, place) = self.recipe, divmod(step, self.per_epoch)
        shuffled = np.random.default_rng((recipe.seed, epoch)).permutation(len(self.pictures))
        chosen = shuffled[place * recipe.batch : (place + 1) * recipe.batch]
        rows = torch.from_numpy(chosen).to(self.device)
        if recipe.views:  # these are changed already, and at most mirrored now
            return self._changed(rows, step, strength=0.0, mixed=False)
        return self._changed(rows, step, strength=recipe.strength, mixed=step < self.calm_from)

    def _changed(self, rows: Tensor, turn: int, *, strength: float, mixed: bool) -> Changed:
        """Return these pictures and targets, augmented with the generator of this step."""
        recipe = self.recipe
        generator = Generator(self.device).manual_seed(recipe.seed_at(turn))
        pictures = augment(
            self.pictures[rows].float(),
            generator,
            selfies=recipe.selfies,
            strength=strength,
        )
        targets = tuple(target[rows] for target in self.targets)
        chance = np.random.default_rng((recipe.seed, 1, turn))
        if mixed and recipe.mixup > 0 and chance.random() < recipe.mixup_chance:
            share = float(chance.beta(recipe.mixup, recipe.mixup))
            return mix(pictures, targets, share=share, generator=generator)
        return pictures, targets

    @torch.no_grad()
    def _make_views(self) -> None:
        """Put changed versions, and the teachers' opinions of them, in place of the pictures."""
        recipe, made = self.recipe, []
        layout = torch.channels_last
        teachers = [
            network.to(device=self.device, memory_format=layout) for network in _teachers(recipe)
        ]
        parts = torch.arange(len(self.pictures), device=self.device).split(recipe.batch)
        turns = tqdm(list(product(range(recipe.views), parts)), unit="batch", mininterval=5)
        for turn, (_, rows) in enumerate(turns):
            pictures, targets = self._changed(rows, turn, strength=recipe.strength, mixed=True)
            levels = pictures.round().to(torch.uint8)
            with fast_floats(self.device):
                shown = levels.float().contiguous(memory_format=layout)
                opinions = [network(shown) for network in teachers]
            made.append((levels, *_blended(targets, opinions, recipe.teacher_share)))
        whole = [torch.cat(each) for each in zip(*made, strict=True)]
        self.pictures, self.targets = whole[0], tuple(whole[1:])


@torch.no_grad()
def blend(recipe: Recipe, faces: Faces, targets: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """Return the targets, (n, 7) and (n, 8), with the teachers' opinions blended in."""
    looks = faces.pictures, np.ascontiguousarray(faces.pictures[:, :, ::-1])
    with fast_floats("cpu"):
        opinions = [predict(network, look) for network in _teachers(recipe) for look in looks]
    return _blended(targets, opinions, recipe.teacher_share)


def _teachers(recipe: Recipe) -> list[EmotionNetwork]:
    return [load_network(Path(teacher))[0] for teacher in recipe.teachers]


def _blended(
    targets: tuple[Tensor, ...], opinions: Sequence[tuple[Tensor, Tensor]], share: float
) -> tuple[Tensor, ...]:
    """Return the targets with this share of the mean opinion, from both heads' logits."""
    if not opinions:
        return targets
    heads = zip(*opinions, strict=True)
    means = [torch.stack([logits.float().softmax(1) for logits in head]).mean(0) for head in heads]
    return tuple(
        torch.lerp(target, mean, share) for target, mean in zip(targets, means, strict=True)
    )
