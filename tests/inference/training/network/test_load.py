"""A published file trains on as the network that it was. Needs PyTorch, the train group."""

import json
import shutil
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inference.classifier import NAME, Classifier
from inference.quantised import MODELS

torch = pytest.importorskip("torch", reason="PyTorch is installed with the train group only")

PUBLISHED = MODELS / f"{NAME}.tflite"
N = 256


@pytest.fixture(scope="module")
def pictures(fer2013: Path) -> Any:
    from inference.training.data.dataset import Split, load_faces

    return load_faces(fer2013, Split.PUBLIC).pictures[:N]


@pytest.mark.shared
def test_published_file_is_a_float_network_that_says_the_same(pictures: Any):
    from inference.training.network.load import load_network
    from inference.training.network.network import predict

    network, recipe = load_network(PUBLISHED)

    expected = Classifier(MODELS).looks(pictures)[0]
    assert recipe == json.loads(PUBLISHED.with_suffix(".json").read_text())["training"]["recipe"]
    for of_int8, of_float in zip(expected, predict(network, pictures), strict=True):
        assert np.corrcoef(of_int8.flatten(), of_float.numpy().flatten())[0, 1] > 0.999


@pytest.mark.shared
def test_settled_network_says_the_same_and_can_be_trained(pictures: Any):
    from inference.training.network.load import load_network, settle
    from inference.training.network.network import predict

    network = load_network(PUBLISHED)[0]
    before = predict(network, pictures)
    raw = trained_as(network, pictures)

    settle(network, pictures)

    for old, new in zip(before, predict(network, pictures), strict=True):
        assert torch.allclose(old, new, atol=1e-3)
    # In training, batch norm goes by the batch: here it is what the statistics were taken from.
    assert torch.allclose(trained_as(network, pictures), before[0], atol=1e-2)
    assert not torch.allclose(raw, before[0], atol=1)


def trained_as(network: Any, pictures: Any) -> Any:
    """Return the logits of the original labels as a training step without dropout has them."""
    trained = deepcopy(network).train()
    trained.dropout.eval()
    with torch.no_grad():
        return trained(torch.from_numpy(pictures)[:, None].float())[0]


def test_file_of_another_shape_than_its_recipe_is_refused(tmp_path: Path):
    from inference.training.network.load import load_network

    for end in ("tflite", "json"):
        shutil.copy(MODELS / f"{NAME}.{end}", tmp_path)
    said = tmp_path / f"{NAME}.json"
    description = json.loads(said.read_text())
    description["training"]["recipe"]["architecture"]["depths"] = [1, 2, 2]
    said.write_text(json.dumps(description))

    with pytest.raises(ValueError, match="weights of"):
        load_network(tmp_path / f"{NAME}.tflite")


def test_float_figure_of_an_int8_file_is_refused(tmp_path: Path):
    from inference.training.data.dataset import Split
    from inference.training.evaluation.evaluate import float_accuracy

    with pytest.raises(ValueError, match=r"expected the network\.pt"):
        float_accuracy(PUBLISHED, tmp_path, Split.PUBLIC)


@pytest.mark.shared
@pytest.mark.slow
def test_run_begins_with_a_published_file(fer2013: Path, pictures: Any, tmp_path: Path):
    from inference.training.network.fit import fit
    from inference.training.network.load import load_network
    from inference.training.network.network import predict
    from inference.training.network.recipe import Recipe

    recipe = Recipe(steps=1, batch=N, learning_rate=0.0, start=str(PUBLISHED))
    fit(fer2013, tmp_path, recipe, device="cpu", every=1)

    begun = predict(load_network(tmp_path / "network.pt")[0], pictures)
    published = predict(load_network(PUBLISHED)[0], pictures)
    for of_run, of_file in zip(begun, published, strict=True):
        assert np.corrcoef(of_run.flatten(), of_file.flatten())[0, 1] > 0.98
