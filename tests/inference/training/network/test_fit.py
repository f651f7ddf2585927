"""A run that is killed ends where an unbroken run ends. Needs PyTorch, the train group."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is installed with the train group only")

STEPS, BATCH = 40, 16


def weights(path: Path) -> dict[str, Any]:  # tensors
    return dict(torch.load(path / "network.pt", weights_only=True)["network"])


def fit_command(data: Path, out: Path, *, steps: int = STEPS) -> list[str]:
    options = {"--data": data, "--out": out, "--steps": steps, "--batch": BATCH, "--every": 10}
    words = [str(word) for option in options.items() for word in option]
    return [sys.executable, "-m", "inference.training", "fit", *words]


def kill_after_first_checkpoint(command: list[str], checkpoint: Path) -> None:
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        while not checkpoint.exists():
            assert process.poll() is None
            time.sleep(0.05)
        process.kill()


@pytest.mark.shared
@pytest.mark.slow
def test_run_killed_in_mid_epoch_ends_where_the_unbroken_one_does(fer2013: Path, tmp_path: Path):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    subprocess.run(fit_command(fer2013, whole), check=True, stderr=subprocess.DEVNULL)

    kill_after_first_checkpoint(fit_command(fer2013, broken), broken / "checkpoint.pt")
    assert not (broken / "network.pt").exists()
    subprocess.run(fit_command(fer2013, broken), check=True, stderr=subprocess.DEVNULL)

    expected, resumed = weights(whole), weights(broken)
    assert all(torch.equal(expected[name], resumed[name]) for name in expected)
    assert (whole / "curve.jsonl").read_text() == (broken / "curve.jsonl").read_text()


@pytest.mark.shared
@pytest.mark.slow
def test_checkpoint_of_another_recipe_is_refused(fer2013: Path, tmp_path: Path):
    subprocess.run(fit_command(fer2013, tmp_path, steps=1), check=True, stderr=subprocess.DEVNULL)

    refused = subprocess.run(
        fit_command(fer2013, tmp_path, steps=2), check=False, capture_output=True, text=True
    )

    assert refused.returncode == 1
    assert "another --out" in refused.stderr


@pytest.mark.shared
@pytest.mark.slow
def test_network_has_the_stages_asked_for_and_starts_from_no_other(fer2013: Path, tmp_path: Path):
    plain, deep = tmp_path / "plain", tmp_path / "deep"
    subprocess.run(fit_command(fer2013, plain, steps=1), check=True, stderr=subprocess.DEVNULL)
    deeper = [*fit_command(fer2013, deep, steps=1), "--widths", "8,16", "--depths", "2,3"]
    subprocess.run(deeper, check=True, stderr=subprocess.DEVNULL)

    assert weights(deep)["original.weight"].shape == (7, 16)
    assert max(int(name.split(".")[1]) for name in weights(deep) if "blocks" in name) == 4
    for onward, said in (
        ([*deeper, "--out", str(tmp_path), "--start", str(plain / "network.pt")], "widths"),
        ([*fit_command(fer2013, tmp_path), "--depths", "2,0,2"], "one depth, 1 or more"),
        ([*fit_command(fer2013, tmp_path), "--stem-stride", "3"], "1 or 2"),
    ):
        refused = subprocess.run(onward, check=False, capture_output=True, text=True)
        assert refused.returncode == 1
        assert said in refused.stderr


@pytest.mark.parametrize(
    "wrong", [{"selfies": -0.1}, {"strength": 1.5}, {"steps": 0}, {"views": -1}, {"mixup": -1.0}]
)
def test_recipe_out_of_range_is_refused_before_the_first_step(wrong: dict[str, Any]):
    from inference.training.network.recipe import Recipe

    with pytest.raises(ValueError, match=next(iter(wrong))):
        Recipe(**wrong)


def test_learning_rate_rises_then_falls_to_nothing():
    from inference.training.network.recipe import Recipe, learning_rate

    recipe = Recipe(steps=100, warm_up=0.1, learning_rate=0.1)
    rates = [learning_rate(step, recipe) for step in range(100)]

    assert max(rates) == pytest.approx(0.1)
    assert rates.index(max(rates)) in (9, 10)
    assert rates[-1] < 0.001


def test_augmented_pictures_stay_pictures():
    from inference.training.data.augment import augment

    pictures = torch.randint(0, 256, (64, 1, 48, 48)).float()
    changed = augment(pictures, torch.Generator().manual_seed(3))

    assert changed.shape == pictures.shape
    assert 0 <= float(changed.min()) <= float(changed.max()) <= 255
    assert not torch.equal(changed, pictures)
    undressed = augment(pictures, torch.Generator().manual_seed(3), selfies=0.0)
    assert not torch.equal(changed, undressed)


def test_pictures_are_at_most_mirrored_at_strength_zero():
    from inference.training.data.augment import augment

    pictures = (torch.arange(64 * 48 * 48) % 251).float().reshape(64, 1, 48, 48)
    same = augment(pictures, torch.Generator().manual_seed(3), strength=0.0)

    as_they_are = torch.isclose(same, pictures, atol=0.05).flatten(1).all(1)
    mirrored = torch.isclose(same, pictures.flip(3), atol=0.05).flatten(1).all(1)
    assert (as_they_are | mirrored).all()
    assert as_they_are.any()
    assert mirrored.any()


@pytest.mark.shared
@pytest.mark.slow
def test_run_begins_with_the_weights_of_another(fer2013: Path, tmp_path: Path):
    first, second = tmp_path / "first", tmp_path / "second"
    subprocess.run(fit_command(fer2013, first, steps=2), check=True, stderr=subprocess.DEVNULL)
    onward = [*fit_command(fer2013, second, steps=1), "--learning-rate", "1e-9"]
    onward += ["--start", str(first / "network.pt")]

    subprocess.run(onward, check=True, stderr=subprocess.DEVNULL)

    before, after = weights(first), weights(second)
    learned = [name for name in before if name.endswith("weight")]
    assert all(torch.allclose(before[name], after[name], atol=1e-6) for name in learned)


def test_deeper_network_begins_as_the_shallower_one():
    from inference.training.network.network import Architecture, EmotionNetwork

    shallow = EmotionNetwork(Architecture(stem=8, widths=(8, 16), depths=(1, 1))).eval()
    deep = EmotionNetwork(Architecture(stem=8, widths=(8, 16), depths=(3, 1))).eval()
    pictures = torch.randint(0, 256, (4, 1, 48, 48)).float()

    deep.begin_with(shallow)

    assert all(map(torch.allclose, deep(pictures), shallow(pictures)))
    with pytest.raises(ValueError, match="or fewer"):
        shallow.begin_with(deep)


@pytest.fixture
def teacher(fer2013: Path, tmp_path: Path) -> Path:
    subprocess.run(fit_command(fer2013, tmp_path, steps=1), check=True, stderr=subprocess.DEVNULL)
    return tmp_path / "network.pt"


@pytest.fixture
def faces(fer2013: Path) -> Any:  # Faces, fifty of them
    from inference.training.data.dataset import Split, load_faces

    everyone = load_faces(fer2013, Split.PUBLIC)
    return everyone.where(torch.arange(len(everyone)).numpy() < 50)


@pytest.mark.shared
@pytest.mark.slow
def test_teachers_opinion_is_blended_into_the_targets(teacher: Path, faces: Any):
    from inference.training.network.batches import blend
    from inference.training.network.recipe import Recipe

    targets = torch.eye(7)[faces.labels], torch.full((50, 8), 1 / 8)

    kept = blend(Recipe(teachers=(str(teacher),), teacher_share=0.0), faces, targets)
    halved = blend(Recipe(teachers=(str(teacher),), teacher_share=0.5), faces, targets)

    assert all(torch.equal(*pair) for pair in zip(kept, targets, strict=True))
    assert torch.allclose(halved[0].sum(1), torch.ones(50), atol=1e-5)
    assert float((halved[0] - targets[0]).abs().max()) > 0.1


@pytest.mark.shared
@pytest.mark.slow
def test_teachers_judge_each_view_as_the_student_sees_it(teacher: Path, faces: Any):
    from inference.training.network.batches import Batches
    from inference.training.network.load import load_network
    from inference.training.network.network import fast_floats
    from inference.training.network.recipe import Recipe

    recipe = Recipe(batch=16, views=2, teachers=(str(teacher),), teacher_share=1.0)

    made, again = Batches(faces, recipe, "cpu"), Batches(faces, recipe, "cpu")

    network = load_network(teacher)[0]
    with torch.no_grad(), fast_floats("cpu"):
        seen = network(made.pictures.float())[0].float().softmax(1)
        unseen = network(torch.from_numpy(faces.pictures)[:, None].float())[0].float().softmax(1)
    assert made.pictures.shape == (100, 1, 48, 48)
    assert not torch.equal(made.pictures[:50], made.pictures[50:])
    nearness = (made.targets[0] - seen).abs().mean()
    assert float((made.targets[0][:50] - unseen).abs().mean()) > 10 * float(nearness)
    assert torch.equal(made.at(3)[0], again.at(3)[0])
    assert all(map(torch.equal, made.at(3)[1], again.at(3)[1]))


@pytest.mark.parametrize(("able", "short"), [({}, False), ({"amx_bf16": True}, True)])
def test_processor_without_bf16_computes_in_float32(
    able: dict[str, bool], short: bool, monkeypatch: pytest.MonkeyPatch
):
    from inference.training.network.network import fast_floats

    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: able)
    with fast_floats("cpu"):
        product = torch.ones(2, 2) @ torch.ones(2, 2)

    assert (product.dtype == torch.bfloat16) is short
