"""The network of covered faces is made the same way twice. Needs PyTorch, the train group."""

import subprocess
import sys
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is installed with the train group only")
pytest.importorskip("tensorflow", reason="TensorFlow is installed with the train group only")

from inference.training.data.dataset import Split, load_faces  # noqa: E402
from inference.training.evaluation.judged import Judged  # noqa: E402
from inference.training.export.cover import CoverRecipe, fit  # noqa: E402


@pytest.mark.shared
@pytest.mark.slow
def test_same_seed_gives_the_same_network_which_learns(fer2013: Path):
    faces, judged = load_faces(fer2013, Split.TRAINING), Judged.of(Split.TRAINING)
    recipe = CoverRecipe(steps=150)

    one, other = (fit(faces, judged, recipe) for _ in range(2))

    weights, same = one.state_dict(), other.state_dict()
    assert all(torch.equal(weights[name], same[name]) for name in weights)
    pictures = torch.from_numpy(faces.pictures)[:, None].float()
    with torch.no_grad():
        covered, clear = (one(pictures[rows]) for rows in (judged.covered, judged.others(faces)))
    assert covered.median() > torch.quantile(clear, 0.9)


def test_program_that_loads_keras_first_can_train():
    """With TensorFlow there before it, the Triton of PyTorch for Linux ended the process."""
    program = (
        "import inference.training.cover, torch;"
        "torch.optim.AdamW([torch.zeros(1, requires_grad=True)])"
    )

    subprocess.run([sys.executable, "-c", program], check=True)
