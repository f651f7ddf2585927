"""The trained weights as a full-int8 TFLite file, beside a JSON file that says how to use it."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray
from torch import Tensor

from inference.classifier import N_FERPLUS, Classifier, seven_of
from inference.emotions import EMOTIONS
from inference.preprocess import SIDE
from inference.training.calibrate import calibrate
from inference.training.dataset import VOTE_NAMES, Split, clean, load_faces, vote_shares
from inference.training.description import write_description
from inference.training.network import (
    BATCH_NORM_EPSILON,
    INPUT_DIVISOR,
    N_ORIGINAL,
    EmotionNetwork,
    load_network,
)

N_CALIBRATION = 500
Weights = Mapping[str, Tensor]


def export(run: Path, data: Path, models: Path) -> None:
    """Write `emotion.tflite` and `emotion.json` into `models`, calibrated on PublicTest.

    Raises:
        ValueError: The quantised input is not the gray level minus 128.
    """
    network, recipe = load_network(run)
    content = quantise(network, _calibration_pictures(data))
    description = describe(content) | {
        "training": {"recipe": recipe, "parameters": sum(p.numel() for p in network.parameters())}
    }
    models.mkdir(parents=True, exist_ok=True)
    (models / "emotion.tflite").write_bytes(content)
    write_description(models, description)
    public = load_faces(data, Split.PUBLIC)
    votes = vote_shares(clean(load_faces(data, Split.TRAINING)).votes).mean(
        axis=0, dtype=np.float64
    )
    settings = calibrate(Classifier(models).looks(public.pictures), public, seven_of(votes))
    write_description(models, description | {"reading": asdict(settings)})


def quantise(network: EmotionNetwork, calibration: NDArray[np.uint8]) -> bytes:
    """Return the network as a TFLite file: int8 weights per channel, int8 in, int8 out.

    Args:
        network: The trained network.
        calibration: (n, 48, 48), uint8, pictures whose activations set the ranges; together
            they reach 0 and 255, which makes the input scale 1 and its zero point -128.
    """

    def pictures() -> Iterator[list[NDArray[np.float32]]]:
        for picture in calibration:
            yield [picture.astype(np.float32)[None, :, :, None]]

    converter = tf.lite.TFLiteConverter.from_keras_model(_twin(network))
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = pictures
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tf.int8
    return bytes(converter.convert())


def describe(content: bytes) -> dict[str, Any]:
    """Return what a reader of the TFLite file needs to know of it.

    Raises:
        ValueError: The quantised input is not the gray level minus 128.
    """
    interpreter = Interpreter(model_content=content)
    (entry,) = interpreter.get_input_details()
    scale, zero_point = entry["quantization"]
    if (scale, zero_point) != (1.0, -128):
        raise ValueError(f"expected input scale 1 and zero point -128, found {scale}, {zero_point}")
    heads = {N_ORIGINAL: "original", N_FERPLUS: "ferplus"}
    outputs = {}
    for index, output in enumerate(interpreter.get_output_details()):
        head_scale, head_zero_point = output["quantization"]
        outputs[heads[int(output["shape"][-1])]] = {
            "index": index,
            "scale": float(head_scale),
            "zero_point": int(head_zero_point),
        }
    return {
        "labels": list(EMOTIONS),
        "ferplus_labels": list(VOTE_NAMES[:N_FERPLUS]),
        "input": {"shape": [1, SIDE, SIDE, 1], "scale": scale, "zero_point": zero_point},
        "outputs": outputs,
        "bytes": len(content),
        "sha256": sha256(content).hexdigest(),
    }


def _calibration_pictures(data: Path) -> NDArray[np.uint8]:
    """Return training pictures, every so many, with one black and one white among them."""
    pictures = clean(load_faces(data, Split.TRAINING)).pictures
    chosen = pictures[:: len(pictures) // N_CALIBRATION][:N_CALIBRATION].copy()
    chosen[0], chosen[1] = 0, 255
    return chosen


def _twin(network: EmotionNetwork) -> keras.Model:
    """Return the same network in Keras, which the converter reads."""
    weights = network.state_dict()
    pictures = keras.Input((SIDE, SIDE, 1), name="picture")
    x = keras.layers.ReLU()(
        _convolution(pictures, weights, "stem", stride=2, divisor=INPUT_DIVISOR)
    )
    for place, block in enumerate(network.blocks):
        x = _block(x, weights, f"blocks.{place}", stride=int(block.first[0].stride[0]))
    features = keras.layers.GlobalAveragePooling2D()(x)
    heads = [_dense(features, weights, name) for name in ("original", "ferplus")]
    return keras.Model(pictures, heads)


def _block(x: Any, weights: Weights, name: str, *, stride: int) -> Any:  # Keras tensors: no types
    first = keras.layers.ReLU()(_convolution(x, weights, f"{name}.first", stride=stride))
    second = _convolution(first, weights, f"{name}.second", stride=1)
    if f"{name}.shortcut.0.weight" in weights:
        x = _convolution(x, weights, f"{name}.shortcut", stride=stride)
    return keras.layers.ReLU()(keras.layers.Add()([second, x]))


def _convolution(x: Any, weights: Weights, name: str, *, stride: int, divisor: float = 1.0) -> Any:
    """Apply a convolution and its batch norm; pads as PyTorch does, on both sides."""
    kernel = weights[f"{name}.0.weight"].numpy().transpose(2, 3, 1, 0) / divisor
    size, filters = kernel.shape[0], kernel.shape[-1]
    if stride > 1 and size > 1:
        x = keras.layers.ZeroPadding2D(size // 2)(x)
    layer = keras.layers.Conv2D(
        filters, size, stride, "valid" if stride > 1 else "same", use_bias=False
    )
    x = layer(x)
    layer.set_weights([kernel])
    norm = keras.layers.BatchNormalization(epsilon=BATCH_NORM_EPSILON)
    x = norm(x)
    parts = ("weight", "bias", "running_mean", "running_var")
    norm.set_weights([weights[f"{name}.1.{part}"].numpy() for part in parts])
    return x


def _dense(x: Any, weights: Weights, name: str) -> Any:
    kernel, bias = weights[f"{name}.weight"].numpy().T, weights[f"{name}.bias"].numpy()
    layer = keras.layers.Dense(len(bias), name=name)
    x = layer(x)
    layer.set_weights([kernel, bias])
    return x
