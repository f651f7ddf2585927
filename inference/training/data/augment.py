"""Training pictures made different each time: what faces do, and what serving does to a crop."""

from collections.abc import Callable, Iterable
from functools import cache
from io import BytesIO
from itertools import repeat
from math import pi
from typing import TypeAlias, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Generator, Tensor
from torch.nn import functional

from inference.training.data.drawing import smooth
from inference.training.data.worn import draw

Picture: TypeAlias = NDArray[np.uint8]
Strength = TypeVar("Strength", int, float)
# Detector jitter of the serving crop is +-5 % shift and +-7 degrees; faces vary more than that.
ROTATION_RAD = 14 * pi / 180
SCALE = 0.14
STRETCH = 0.08  # of the width relative to the height: wide faces, and wide-angle cameras held close
SHIFT = 0.09
# Probability of each degradation per picture. Most photographs are good, so most pictures keep.
LIGHT_CHANCE, BLUR_CHANCE, COARSE_CHANCE, JPEG_CHANCE, NOISE_CHANCE = 0.5, 0.12, 0.12, 0.06, 0.1
SHADE_CHANCE, ERASE_CHANCE, WORN_CHANCE, SMOOTH_CHANCE = 0.3, 0.3, 0.25, 0.2
SMOOTHED_LEVELS = 20, 80
N_WORN = 512


def augment(
    pictures: Tensor, generator: Generator, *, selfies: float = 1.0, strength: float = 1.0
) -> Tensor:
    """Return the pictures augmented at random, each with its own parameters.

    Args:
        pictures: (n, 1, 48, 48), float, 0 to 255.
        generator: Where all chance comes from, on the pictures' device.
        selfies: Factor on the chances of glasses, fringes and smooth skin.
        strength: Factor on how far faces move and on every chance, 0 to 1.

    Returns:
        (n, 1, 48, 48), float, 0 to 255.
    """
    worn = _dress(pictures, generator, WORN_CHANCE * selfies * strength)
    smoothed = _smooth(worn, generator, SMOOTH_CHANCE * selfies * strength)
    photographed = photograph(smoothed, generator, strength=strength)
    return _erase(photographed, generator, strength).clamp(0, 255)


def photograph(pictures: Tensor, generator: Generator, *, strength: float = 1.0) -> Tensor:
    """Return the pictures as other photographs might show them, with all of the face in them.

    Args:
        pictures: (n, 1, 48, 48), float, 0 to 255.
        generator: Where all chance comes from, on the pictures' device.
        strength: Factor on how far faces move and on every chance, 0 to 1.
    """
    shaded = _shade(_move(pictures, generator, strength), generator, strength)
    return _degrade(_light(shaded, generator, strength), generator, strength)


def mix(
    pictures: Tensor, targets: tuple[Tensor, ...], *, share: float, generator: Generator
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Blend every picture and its targets with those of another row of the batch.

    Args:
        pictures: (n, 1, 48, 48).
        targets: Tensors of (n, k) that are blended in the same way.
        share: What the other row contributes, 0 to 1.
        generator: Chooses the other row.

    Source: H. Zhang et al., "mixup: Beyond Empirical Risk Minimization", 2018.
    """
    other = torch.randperm(len(pictures), generator=generator, device=pictures.device)
    return torch.lerp(pictures, pictures[other], share), tuple(
        torch.lerp(target, target[other], share) for target in targets
    )


def _uniform(n: int, low: float, high: float, like: Tensor, generator: Generator) -> Tensor:
    return torch.rand(n, generator=generator, device=like.device) * (high - low) + low


def _chosen(chance: float, pictures: Tensor, generator: Generator) -> Tensor:
    """Return the indices of rows drawn at random."""
    draws = torch.rand(len(pictures), generator=generator, device=pictures.device)
    return (draws < chance).nonzero().flatten()


@cache
def _layers(device: str) -> tuple[Tensor, Tensor]:
    """Return many layers to wear, (n, 1, 48, 48), always the same."""
    chance = np.random.default_rng(0)
    planes = zip(*(draw(chance) for _ in range(N_WORN)), strict=True)
    kept, added = (torch.from_numpy(np.stack(each))[:, None].to(device) for each in planes)
    return kept, added


def _dress(pictures: Tensor, generator: Generator, chance: float) -> Tensor:
    """Paint glasses or a fringe on a random part of the pictures."""
    rows = _chosen(chance, pictures, generator)
    kept, added = _layers(str(pictures.device))
    layer = torch.randint(N_WORN, rows.shape, generator=generator, device=pictures.device)
    return pictures.index_copy(0, rows, pictures[rows] * kept[layer] + added[layer])


def _smooth(pictures: Tensor, generator: Generator, chance: float) -> Tensor:
    """Smooth the skin in a random part of the pictures, as phones and webcams do."""
    rows = _chosen(chance, pictures, generator)
    strengths = _uniform(len(rows), *SMOOTHED_LEVELS, pictures, generator).tolist()
    return pictures.index_copy(0, rows, _each(pictures[rows], smooth, strengths))


def _move(pictures: Tensor, generator: Generator, strength: float) -> Tensor:
    """Rotate, scale, stretch and shift each picture; mirror half of them."""
    n = len(pictures)
    angle = strength * _uniform(n, -ROTATION_RAD, ROTATION_RAD, pictures, generator)
    scale = 1 + strength * _uniform(n, -SCALE, SCALE, pictures, generator)
    stretch = 1 + strength * _uniform(n, -STRETCH, STRETCH, pictures, generator)
    mirror = torch.where(_uniform(n, 0, 1, pictures, generator) < 0.5, -1.0, 1.0)
    across, down = scale * stretch * mirror, scale / stretch
    x, y = (2 * strength * _uniform(n, -SHIFT, SHIFT, pictures, generator) for _ in range(2))
    cosine, sine = angle.cos(), angle.sin()
    rows = (
        torch.stack([cosine * across, -sine * down, x], 1),
        torch.stack([sine * across, cosine * down, y], 1),
    )
    shape = [n, 1, *pictures.shape[2:]]
    grid = functional.affine_grid(torch.stack(rows, 1), shape, align_corners=False)
    return functional.grid_sample(pictures, grid, padding_mode="border", align_corners=False)


def _light(pictures: Tensor, generator: Generator, strength: float) -> Tensor:
    """Change contrast, brightness and gamma of a random part of the pictures."""
    rows = _chosen(LIGHT_CHANCE * strength, pictures, generator)
    n, some = len(rows), pictures[rows]
    contrast, brightness, gamma = (
        _uniform(n, low, high, pictures, generator).view(-1, 1, 1, 1)
        for low, high in ((0.65, 1.35), (-40, 40), (-0.4, 0.4))
    )
    mean = some.mean(dim=(2, 3), keepdim=True)
    changed = ((some - mean) * contrast + mean + brightness).clamp(0, 255)
    return pictures.index_copy(0, rows, 255 * (changed / 255) ** gamma.exp())


def _shade(pictures: Tensor, generator: Generator, strength: float) -> Tensor:
    """Add a lighting gradient, or light face and background differently, to a random part."""
    rows = _chosen(SHADE_CHANCE * strength, pictures, generator)
    contrast, sharpness, edge, angle, width, height, kind = (
        _uniform(len(rows), low, high, pictures, generator).view(-1, 1, 1, 1)
        for low, high in (
            (-0.6, 0.6),
            (0.5, 6),
            (-0.5, 0.5),
            (0, 2 * pi),
            (0.6, 1),
            (0.8, 1.2),
            (0, 1),
        )
    )
    x = torch.linspace(-1, 1, pictures.shape[-1], device=pictures.device)
    y = x[:, None]
    along = angle.cos() * x + angle.sin() * y - edge
    within = 1 - ((x / width) ** 2 + (y / height) ** 2).sqrt()
    depth = torch.where(kind < 0.5, along, 2 * within)
    light = torch.exp(contrast * torch.tanh(sharpness * depth))
    return pictures.index_copy(0, rows, (pictures[rows] * light).clamp(0, 255))


def _degrade(pictures: Tensor, generator: Generator, strength: float) -> Tensor:
    """Apply blur, low resolution, noise and JPEG artefacts, each to a random part."""
    rows = _chosen(BLUR_CHANCE * strength, pictures, generator)
    sigma = float(_uniform(1, 0.5, 1.3, pictures, generator))
    pictures = pictures.index_copy(0, rows, _blur(pictures[rows], sigma))
    rows = _chosen(COARSE_CHANCE * strength, pictures, generator)
    side = int(_uniform(1, 18, 40, pictures, generator))
    pictures = pictures.index_copy(0, rows, _coarsen(pictures[rows], side))
    rows = _chosen(NOISE_CHANCE * strength, pictures, generator)
    noise = torch.randn(pictures[rows].shape, generator=generator, device=pictures.device)
    pictures = pictures.index_add(0, rows, noise * _uniform(1, 3, 14, pictures, generator))
    rows = _chosen(JPEG_CHANCE * strength, pictures, generator)
    quality = int(_uniform(1, 25, 80, pictures, generator))
    return pictures.index_copy(0, rows, _each(pictures[rows], _through_jpeg, repeat(quality)))


def _blur(pictures: Tensor, sigma: float) -> Tensor:
    steps = torch.arange(-3, 4, device=pictures.device, dtype=pictures.dtype)
    kernel = torch.exp(-(steps**2) / (2 * sigma**2))
    kernel = kernel / kernel.sum()
    padded = functional.pad(pictures, (3, 3, 3, 3), mode="replicate")
    across = functional.conv2d(padded, kernel.view(1, 1, 1, -1))
    return functional.conv2d(across, kernel.view(1, 1, -1, 1))


def _coarsen(pictures: Tensor, side_px: int) -> Tensor:
    if not len(pictures):
        return pictures
    full = pictures.shape[2:]
    small = functional.interpolate(pictures, (side_px, side_px), mode="area")
    return functional.interpolate(small, tuple(full), mode="bilinear", align_corners=False)


def _each(
    pictures: Tensor, change: Callable[[Picture, Strength], Picture], strengths: Iterable[Strength]
) -> Tensor:
    """Return the pictures, each changed on its own, in whole gray levels."""
    if not len(pictures):
        return pictures
    levels = pictures.clamp(0, 255).round().to(torch.uint8).cpu().numpy()[:, 0]
    changed = np.stack(list(map(change, levels, strengths)))
    return torch.from_numpy(changed).to(pictures)[:, None]


def _through_jpeg(picture: Picture, quality: int) -> Picture:
    buffer = BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=quality)
    with Image.open(buffer) as decoded:
        return np.array(decoded)


def _erase(pictures: Tensor, generator: Generator, strength: float) -> Tensor:
    """Fill a rectangle with one gray level in a random part (random erasing): hair, hands, a cup.

    Source: Z. Zhong et al., "Random Erasing Data Augmentation", 2020.
    """
    n, side = len(pictures), pictures.shape[-1]
    rows = _chosen(ERASE_CHANCE * strength, pictures, generator)
    hit = torch.zeros(n, dtype=torch.bool, device=pictures.device).index_fill(0, rows, True)
    height, width = (_uniform(n, 0.12, 0.45, pictures, generator) for _ in range(2))
    top, left = (_uniform(n, 0, 1, pictures, generator) for _ in range(2))
    place = (torch.arange(side, device=pictures.device) + 0.5) / side
    inside_y = (place >= (top * (1 - height))[:, None]) & (
        place < (top * (1 - height) + height)[:, None]
    )
    inside_x = (place >= (left * (1 - width))[:, None]) & (
        place < (left * (1 - width) + width)[:, None]
    )
    covered = (inside_y[:, :, None] & inside_x[:, None, :] & hit[:, None, None])[:, None]
    gray = _uniform(n, 0, 255, pictures, generator).view(-1, 1, 1, 1)
    return torch.where(covered, gray, pictures)
