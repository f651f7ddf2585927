"""The int8 file says what the network says. Needs PyTorch and TensorFlow, the train group."""

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from inference.classifier import Classifier

torch = pytest.importorskip("torch", reason="PyTorch is installed with the train group only")
pytest.importorskip("tensorflow", reason="TensorFlow is installed with the train group only")

N = 300


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Statistics for quantized inputs")
@pytest.mark.parametrize("stem_stride", [1, 2])
def test_int8_file_agrees_with_the_network(stem_stride: int, fer2013: Path, tmp_path: Path):
    from inference.training.data.dataset import Split, load_faces
    from inference.training.export.export import export
    from inference.training.network.network import Architecture, EmotionNetwork, predict
    from inference.training.network.recipe import Recipe

    torch.manual_seed(1)
    shape = Architecture(stem=8, stem_stride=stem_stride, widths=(8, 16), depths=(1, 1))
    network = EmotionNetwork(shape)
    faces = load_faces(fer2013, Split.PUBLIC)
    faces = faces.where(np.arange(len(faces)) < N)
    with torch.no_grad():
        for head in (network.original, network.ferplus):
            head.weight.mul_(30)  # so that chance weights tell pictures apart
        for _ in range(30):
            network.train()(torch.from_numpy(faces.pictures)[:, None].float())
    run = tmp_path / "network.pt"
    recipe = asdict(Recipe(architecture=shape))
    torch.save({"recipe": recipe, "network": network.eval().state_dict()}, run)

    export(run, fer2013, tmp_path)

    with torch.no_grad():
        expected = predict(network, faces.pictures)
    found = Classifier(tmp_path).looks(faces.pictures)[0]
    for of_float, of_int8 in zip(expected, found, strict=True):
        assert np.corrcoef(of_float.flatten(), of_int8.flatten())[0, 1] > 0.99
        assert np.mean(of_float.numpy().argmax(1) == of_int8.argmax(1)) > 0.9
