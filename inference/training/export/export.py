"""The trained weights as a full-int8 TFLite file, beside a JSON file that says how to use it."""

from pathlib import Path
from typing import Any

import keras

from inference.classifier import HEADS, N_FERPLUS, NAME
from inference.emotions import EMOTIONS
from inference.preprocess import SIDE
from inference.training.data.dataset import VOTE_NAMES, Split, load_faces
from inference.training.evaluation.calibrate import recalibrate
from inference.training.export.quantise import (
    Weights,
    calibration_pictures,
    convolution,
    dense,
    quantise,
    write_network,
)
from inference.training.network.load import load_network
from inference.training.network.network import INPUT_DIVISOR, EmotionNetwork


def export(run: Path, data: Path, models: Path) -> None:
    """Write `emotion.tflite` and `emotion.json` into `models`, calibrated on PublicTest.

    Raises:
        ValueError: The quantised input is not the gray level minus 128.
    """
    network, recipe = load_network(run)
    also = {
        "labels": list(EMOTIONS),
        "ferplus_labels": list(VOTE_NAMES[:N_FERPLUS]),
        "training": {
            "recipe": recipe,
            "parameters": sum(p.numel() for p in network.parameters()),
        },
    }
    content = quantise(_twin(network), calibration_pictures(load_faces(data, Split.TRAINING)))
    write_network(models, NAME, content, HEADS, also)
    recalibrate(models, data)


def _twin(network: EmotionNetwork) -> keras.Model:
    """Return the same network in Keras, which the converter reads."""
    weights = network.state_dict()
    pictures = keras.Input((SIDE, SIDE, 1), name="picture")
    stride = int(network.stem[0].stride[0])
    stem = convolution(pictures, weights, "stem", stride=stride, divisor=INPUT_DIVISOR)
    x = keras.layers.ReLU()(stem)
    for place, block in enumerate(network.blocks):
        x = _block(x, weights, f"blocks.{place}", stride=int(block.first[0].stride[0]))
    features = keras.layers.GlobalAveragePooling2D()(x)
    heads = [dense(features, weights, name) for name in ("original", "ferplus")]
    return keras.Model(pictures, heads)


def _block(x: Any, weights: Weights, name: str, *, stride: int) -> Any:  # Keras tensors: no types
    first = keras.layers.ReLU()(convolution(x, weights, f"{name}.first", stride=stride))
    second = convolution(first, weights, f"{name}.second", stride=1)
    if f"{name}.shortcut.0.weight" in weights:
        x = convolution(x, weights, f"{name}.shortcut", stride=stride)
    return keras.layers.ReLU()(keras.layers.Add()([second, x]))
