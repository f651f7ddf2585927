"""The networks: a small residual net with one head per way of labelling, a tiny one for covers."""

from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from inference.classifier import N_FERPLUS
from inference.emotions import EMOTIONS

N_ORIGINAL = len(EMOTIONS)

# Gray levels are divided by this and not shifted: the export folds it into the first weights, and
# zero padding means black on both sides.
INPUT_DIVISOR = 64.0
BATCH_NORM_EPSILON = 1e-5
# What PyTorch calls bf16 arithmetic in processors: Intel's matrix and vector units, Arm's.
BF16_CAPABILITIES = ("amx_bf16", "avx512_bf16", "bf16")


@dataclass(frozen=True, slots=True)
class Architecture:
    """What makes one network differ from another.

    Attributes:
        stem: Channels after the first convolution.
        stem_stride: Of the first convolution: 2 leaves the first stage 24 px, 1 leaves it 48.
        widths: Channels of each stage; every stage after the first halves the side.
        depths: Residual blocks of each stage.
        dropout: Chance that a pooled feature is dropped in training.

    Raises:
        ValueError: A stage has no channel or no block, there are not as many of both, or the stem
            has another stride.
    """

    stem: int = 32
    stem_stride: int = 2
    widths: tuple[int, ...] = (64, 128, 256)
    depths: tuple[int, ...] = (2, 2, 2)
    dropout: float = 0.3

    def __post_init__(self) -> None:
        """Check that each stage has a width and a depth, and the stem one of its strides."""
        if self.stem_stride not in (1, 2):
            raise ValueError(f"expected a stem stride of 1 or 2, found {self.stem_stride}")
        if len(self.widths) != len(self.depths) or min((*self.widths, *self.depths), default=0) < 1:
            raise ValueError(
                f"expected one width and one depth, 1 or more, for each stage; "
                f"found {self.widths} and {self.depths}"
            )


class Block(nn.Module):
    """Two 3x3 convolutions beside a shortcut.

    Source: K. He et al., "Deep Residual Learning for Image Recognition", 2016, section 3.
    """

    def __init__(self, n_in: int, n_out: int, *, stride: int) -> None:
        """Build the block; the shortcut is a 1x1 convolution where the shape changes."""
        super().__init__()
        self.first = _convolution(n_in, n_out, size=3, stride=stride)
        self.second = _convolution(n_out, n_out, size=3, stride=1)
        same = n_in == n_out and stride == 1
        self.shortcut = None if same else _convolution(n_in, n_out, size=1, stride=stride)

    def forward(self, x: Tensor) -> Tensor:
        """Return (n, n_out, side / stride, side / stride)."""
        beside = x if self.shortcut is None else self.shortcut(x)
        return cast("Tensor", self.second(self.first(x).relu_()).add_(beside).relu_())


class EmotionNetwork(nn.Module):
    """Gray 48x48 faces in, logits of both heads out."""

    def __init__(self, architecture: Architecture) -> None:
        """Build the layers, unnamed weights at PyTorch's defaults."""
        super().__init__()
        self.stem = _convolution(1, architecture.stem, size=3, stride=architecture.stem_stride)
        blocks, n_in = [], architecture.stem
        for stage, (width, depth) in enumerate(
            zip(architecture.widths, architecture.depths, strict=True)
        ):
            for place in range(depth):
                stride = 2 if stage > 0 and place == 0 else 1
                blocks.append(Block(n_in, width, stride=stride))
                n_in = width
        self.blocks = nn.Sequential(*blocks)
        self.dropout = nn.Dropout(architecture.dropout)
        self.original = nn.Linear(n_in, N_ORIGINAL)
        self.ferplus = nn.Linear(n_in, N_FERPLUS)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Return the logits, (n, 7) of the original labels and (n, 8) of the FER+ votes.

        Args:
            pictures: (n, 1, 48, 48), float, gray levels 0 to 255.
        """
        features = self.blocks(self.stem(pictures / INPUT_DIVISOR).relu_()).mean(dim=(2, 3))
        features = self.dropout(features)
        return self.original(features), self.ferplus(features)

    def begin_with(self, other: "EmotionNetwork") -> None:
        """Take another network's weights; first blocks that it lacks change nothing to begin with.

        Raises:
            RuntimeError: The weights have other shapes.
            ValueError: The other network has more blocks.
        """
        added = len(self.blocks) - len(other.blocks)
        if added < 0:
            raise ValueError(f"expected {len(self.blocks)} blocks or fewer: {len(other.blocks)}")
        for block in self.blocks[:added]:
            nn.init.zeros_(block.second[1].weight)
        mine = self.stem, *self.blocks[added:], self.original, self.ferplus
        theirs = other.stem, *other.blocks, other.original, other.ferplus
        for part, source in zip(mine, theirs, strict=True):
            part.load_state_dict(source.state_dict())


class CoverNetwork(nn.Module):
    """Gray 48x48 faces in, one logit out: whether something lies before the face."""

    STRIDES = (2, 2, 2, 1)

    def __init__(self, widths: tuple[int, ...] = (16, 32, 64, 64)) -> None:
        """Build the layers, one width each."""
        super().__init__()
        pairs = zip((1, *widths[:-1]), widths, self.STRIDES, strict=True)
        self.blocks = nn.Sequential(*(_convolution(a, b, size=3, stride=s) for a, b, s in pairs))
        self.covered = nn.Linear(widths[-1], 1)

    def forward(self, pictures: Tensor) -> Tensor:
        """Return (n,) logits for (n, 1, 48, 48) gray levels, 0 to 255."""
        x = pictures / INPUT_DIVISOR
        for block in self.blocks:
            x = block(x).relu()
        return cast("Tensor", self.covered(x.mean(dim=(2, 3))))[:, 0]


def fast_floats(device: torch.device | str) -> torch.autocast:
    """Return a context that computes in bf16 where the hardware does, in float32 elsewhere.

    A processor without bf16 arithmetic imitates it, which takes four times as long as float32.
    """
    kind, able = torch.device(device).type, torch.cpu.get_capabilities()
    short = kind != "cpu" or any(able.get(name, False) for name in BF16_CAPABILITIES)
    return torch.autocast(kind, dtype=torch.bfloat16, enabled=short)


@torch.no_grad()
def predict(network: EmotionNetwork, pictures: NDArray[np.uint8]) -> tuple[Tensor, Tensor]:
    """Return the float network's logits, (n, 7) and (n, 8), on the CPU in float32.

    Args:
        network: On any device, in evaluation mode.
        pictures: (n, 48, 48), gray levels.
    """
    device = next(network.parameters()).device
    parts = torch.from_numpy(pictures).split(512)
    pieces = [network(part.to(device)[:, None].float()) for part in parts]
    original, ferplus = (torch.cat(list(head)).float().cpu() for head in zip(*pieces, strict=True))
    return original, ferplus


def _convolution(n_in: int, n_out: int, *, size: int, stride: int) -> nn.Sequential:
    """Return a convolution that keeps the side (divided by the stride), then batch norm."""
    return nn.Sequential(
        nn.Conv2d(n_in, n_out, size, stride, padding=size // 2, bias=False),
        nn.BatchNorm2d(n_out, eps=BATCH_NORM_EPSILON),
    )
