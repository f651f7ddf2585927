"""The model card in short: figures and plots of the network that reads, as the bot shows them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from PIL import Image

from bot.errors import OperatorError
from inference.classifier import NAME
from inference.emotions import Emotion
from inference.quantised import MODELS, read_model

# How often it is right, the surest first; and what it takes for what.
PLOTS = ("coverage", "confusion")


class CardError(OperatorError):
    """The figures or the plots beside the network are not as `inference.training` writes them."""


@dataclass(frozen=True, slots=True)
class Card:
    """What there is to know of the network, in percent.

    Attributes:
        n: Pictures in which one expression had most of ten people's votes.
        agrees: Of these, where the network says the same.
        certain: Pictures of which it calls itself certain.
        certain_agrees: Of these, where it says the same as most people.
        recalls: Of the pictures in which most people saw an expression, where it says so; the
            highest first.
        blurred: As `agrees`, after a strong blur.
        plots: PNG files.
    """

    n: int
    agrees: float
    certain: float
    certain_agrees: float
    recalls: Mapping[Emotion, float]
    blurred: float
    plots: tuple[bytes, ...] = field(repr=False)


def read_card(models: Path = MODELS) -> Card:
    """Return the card of the network in a folder.

    Raises:
        ModelError: There is no usable network.
        CardError: A figure or a plot is missing.
    """
    description, _ = read_model(models, NAME)
    try:
        scores = description["scores"]
        reading = scores["reading"]
        recalls = {emotion: float(reading["recall"][emotion]) for emotion in Emotion}
        return Card(
            n=int(scores["rows"]["clean"]),
            agrees=float(reading["clean"]),
            certain=float(reading["certain_share"]),
            certain_agrees=float(reading["certain_accuracy"]),
            recalls=dict(sorted(recalls.items(), key=lambda recall: -recall[1])),
            blurred=float(scores["degraded"]["blur, sigma 2 px"]["clean"]),
            plots=tuple(_as_png(models / f"{name}.webp") for name in PLOTS),
        )
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise CardError(f"expected figures and plots in {models}, found {error!r}") from error


def _as_png(path: Path) -> bytes:
    """Return a plot as what Telegram shows everywhere as a photo."""
    picture = BytesIO()
    with Image.open(path) as opened:
        opened.convert("RGB").save(picture, "PNG")
    return picture.getvalue()
