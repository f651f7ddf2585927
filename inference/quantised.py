"""A full-int8 network for gray faces, run by LiteRT on one thread."""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from inference.errors import ModelError
from inference.preprocess import SIDE
from inference.quiet import quiet_stderr

Vector = NDArray[np.float64]
MODELS = Path(__file__).parents[1] / "models"
ZERO_POINT = -128  # int8 in: the gray level minus 128


class QuantisedNetwork:
    """A loaded network, for use by one thread, as LiteRT's interpreter is."""

    def __init__(self, directory: Path, name: str, outputs: Mapping[str, int]) -> None:
        """Load `name.tflite` as `name.json` describes it.

        Args:
            directory: The folder of both files.
            name: What both are called.
            outputs: Name and width of each output, in the order in which `run` returns them.

        Raises:
            ModelError: A file is missing, damaged, or not the one that the other belongs to.
        """
        self.description, content = read_model(directory, name)
        try:
            with quiet_stderr():
                self._interpreter = Interpreter(model_content=content, num_threads=1)
                self._interpreter.allocate_tensors()
            self._outputs = self._find(self.description["outputs"], outputs)
        except (LookupError, RuntimeError, TypeError, ValueError) as error:
            raise ModelError(f"expected the network {name} in {directory}: {error}") from error
        self._input = self._interpreter.get_input_details()[0]["index"]

    def run(self, faces: NDArray[np.uint8]) -> list[Vector]:
        """Return each output, (n, width), for (n, 48, 48) faces, n above 0."""
        rows = [self._run(face) for face in faces]
        return [np.array(output) for output in zip(*rows, strict=True)]

    def _run(self, face: NDArray[np.uint8]) -> list[Vector]:
        picture = (face ^ np.uint8(-ZERO_POINT)).view(np.int8)  # minus 128, in one step
        self._interpreter.set_tensor(self._input, picture[None, :, :, None])
        self._interpreter.invoke()
        return [
            (self._interpreter.get_tensor(index)[0].astype(np.float64) - zero_point) * scale
            for index, scale, zero_point in self._outputs
        ]

    def _find(
        self, described: Mapping[str, Any], outputs: Mapping[str, int]
    ) -> list[tuple[int, float, int]]:
        """Return tensor index, scale and zero point of each output."""
        details = self._interpreter.get_output_details()
        found = []
        for name, width in outputs.items():
            output = described[name]
            detail = details[output["index"]]
            if tuple(detail["shape"]) != (1, width):
                raise ValueError(f"{name}: expected (1, {width}), found {detail['shape']}")
            found.append((int(detail["index"]), float(output["scale"]), int(output["zero_point"])))
        return found


def read_model(directory: Path, name: str) -> tuple[dict[str, Any], bytes]:
    """Return the checked content of `name.json` and of `name.tflite`.

    Raises:
        ModelError: A file is missing, damaged, or not the one that the other belongs to.
    """
    path = directory / f"{name}.tflite"
    try:
        description = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        raise ModelError(f"expected the model in {directory}, found: {error}") from error
    expect(
        path,
        description,
        sha256=sha256(content).hexdigest(),
        input={"shape": [1, SIDE, SIDE, 1], "scale": 1.0, "zero_point": ZERO_POINT},
    )
    return description, content


def expect(path: Path, description: Mapping[str, Any], **expected: object) -> None:
    """Check what the JSON file beside a network says.

    Raises:
        ModelError: It says something else.
    """
    for key, value in expected.items():
        if description.get(key) != value:
            found = description.get(key)
            raise ModelError(f"{path}: expected {key} {value} in its JSON file, found {found}")
