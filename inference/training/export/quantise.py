"""A trained network as a full-int8 TFLite file, by way of Keras, which the converter reads."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray
from torch import Tensor

from inference.preprocess import SIDE
from inference.training.data.dataset import Faces, clean
from inference.training.data.description import write_description
from inference.training.network.network import BATCH_NORM_EPSILON

N_CALIBRATION = 500
Weights = Mapping[str, Tensor]


def write_network(
    models: Path, name: str, content: bytes, heads: Mapping[str, int], also: Mapping[str, Any]
) -> dict[str, Any]:
    """Write `name.tflite` and a first `name.json`; return what the latter says.

    Args:
        models: The folder.
        name: What both files are called.
        content: Of the TFLite file.
        heads: Name and width of each output; no two are equally wide.
        also: What else the JSON file is to say.

    Raises:
        ValueError: The quantised input is not the gray level minus 128.
    """
    description = dict(also) | _describe(content, heads)
    models.mkdir(parents=True, exist_ok=True)
    (models / f"{name}.tflite").write_bytes(content)
    write_description(models, name, description)
    return description


def quantise(model: keras.Model, calibration: NDArray[np.uint8]) -> bytes:
    """Return a model as a TFLite file: int8 weights per channel, int8 in, int8 out.

    Args:
        model: Gray pictures in, (48, 48, 1), 0 to 255.
        calibration: (n, 48, 48), uint8, pictures whose activations set the ranges; together
            they reach 0 and 255, which makes the input scale 1 and its zero point -128.
    """

    def pictures() -> Iterator[list[NDArray[np.float32]]]:
        for picture in calibration:
            yield [picture.astype(np.float32)[None, :, :, None]]

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = pictures
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tf.int8
    return bytes(converter.convert())


def calibration_pictures(faces: Faces) -> NDArray[np.uint8]:
    """Return some pictures, every so many, with one black and one white among them."""
    pictures = clean(faces).pictures
    chosen = pictures[:: len(pictures) // N_CALIBRATION][:N_CALIBRATION].copy()
    chosen[0], chosen[1] = 0, 255
    return chosen


def convolution(x: Any, weights: Weights, name: str, *, stride: int, divisor: float = 1.0) -> Any:
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


def dense(x: Any, weights: Weights, name: str) -> Any:
    """Apply a dense layer."""
    kernel, bias = weights[f"{name}.weight"].numpy().T, weights[f"{name}.bias"].numpy()
    layer = keras.layers.Dense(len(bias), name=name)
    x = layer(x)
    layer.set_weights([kernel, bias])
    return x


def _describe(content: bytes, heads: Mapping[str, int]) -> dict[str, Any]:
    """Return what a reader of the TFLite file needs to know of it.

    Raises:
        ValueError: The quantised input is not the gray level minus 128.
    """
    interpreter = Interpreter(model_content=content)
    (entry,) = interpreter.get_input_details()
    scale, zero_point = entry["quantization"]
    if (scale, zero_point) != (1.0, -128):
        raise ValueError(f"expected input scale 1 and zero point -128, found {scale}, {zero_point}")
    names = {width: name for name, width in heads.items()}
    outputs = {}
    for index, output in enumerate(interpreter.get_output_details()):
        head_scale, head_zero_point = output["quantization"]
        outputs[names[int(output["shape"][-1])]] = {
            "index": index,
            "scale": float(head_scale),
            "zero_point": int(head_zero_point),
        }
    return {
        "input": {"shape": [1, SIDE, SIDE, 1], "scale": scale, "zero_point": zero_point},
        "outputs": outputs,
        "bytes": len(content),
        "sha256": sha256(content).hexdigest(),
    }
