"""Train the network: by step, with checkpoints, so that a killed run ends as an unbroken one."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional
from tqdm import tqdm

from inference.training.data.dataset import Faces, Split, clean, load_faces, vote_shares
from inference.training.network.batches import Batches
from inference.training.network.load import PUBLISHED, load_network, settle
from inference.training.network.network import EmotionNetwork, fast_floats, predict
from inference.training.network.recipe import Recipe, learning_rate

CHECKPOINT, NETWORK, CURVE = "checkpoint.pt", "network.pt", "curve.jsonl"


@dataclass(slots=True)
class Run:
    """A training run in progress: what a checkpoint holds."""

    network: EmotionNetwork
    average: EmotionNetwork
    optimiser: torch.optim.SGD
    step: int = 0
    curve: list[dict[str, float]] = field(default_factory=list)

    def save(self, path: Path, recipe: Recipe) -> None:
        """Write a checkpoint atomically."""
        state = {
            "recipe": asdict(recipe),
            "step": self.step,
            "curve": self.curve,
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
        }
        beside = path.with_suffix(".tmp")
        torch.save(state, beside)
        beside.replace(path)

    def restore(self, path: Path, recipe: Recipe) -> None:
        """Continue from a checkpoint.

        Raises:
            ValueError: The checkpoint belongs to another recipe.
        """
        state = torch.load(path, map_location="cpu", weights_only=True)
        if state["recipe"] != asdict(recipe):
            raise ValueError(f"expected a checkpoint of this recipe in {path}: use another --out")
        self.step, self.curve = state["step"], state["curve"]
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])


def fit(data: Path, out: Path, recipe: Recipe, *, device: str, every: int) -> None:
    """Train to the last step, or go on from the checkpoint in `out`.

    Every step draws its chance from a generator seeded by the seed and the step's number, so a
    checkpoint needs no random state and a resumed run repeats what the unbroken one did.

    Args:
        data: Directory of the packed FER2013 pictures.
        out: Directory of the checkpoint, the curve and, at the end, `network.pt`.
        recipe: What to train, and how.
        device: A PyTorch device, `cpu` or `cuda`.
        every: Steps between checkpoints.
    """
    out.mkdir(parents=True, exist_ok=True)
    torch.backends.cudnn.benchmark = False
    torch.backends.cudnn.deterministic = True
    training, public = clean(load_faces(data, Split.TRAINING)), load_faces(data, Split.PUBLIC)
    batches = Batches(training, recipe, device)
    run = _start(recipe, training, device)
    if (out / CHECKPOINT).exists():
        run.restore(out / CHECKPOINT, recipe)
    with tqdm(total=recipe.steps, initial=run.step, unit="step", mininterval=5) as progress:
        while run.step < recipe.steps:
            loss = _step(run, recipe, batches)
            progress.update()
            if run.step % every == 0 or run.step == recipe.steps:
                line = {"step": run.step, "loss": round(loss, 4)} | _check(run.average, public)
                run.curve.append(line)
                run.save(out / CHECKPOINT, recipe)
                _write_lines(out / CURVE, run.curve)
                progress.set_postfix(line)
    torch.save({"recipe": asdict(recipe), "network": run.average.state_dict()}, out / NETWORK)


def _start(recipe: Recipe, training: Faces, device: str) -> Run:
    torch.manual_seed(recipe.seed)
    network = EmotionNetwork(recipe.architecture)
    if recipe.start:
        begun = load_network(Path(recipe.start))[0]
        if Path(recipe.start).suffix == PUBLISHED:
            settle(begun, training.pictures)
        try:
            network.begin_with(begun)
        except (RuntimeError, ValueError) as error:
            raise ValueError(f"expected this run's widths and depths in {recipe.start}") from error
    average = EmotionNetwork(recipe.architecture)
    average.load_state_dict(network.state_dict())
    for each in (network, average):
        each.to(device=device, memory_format=torch.channels_last)
    weights = [p for p in network.parameters() if p.ndim > 1]
    others = [p for p in network.parameters() if p.ndim == 1]
    groups = [
        {"params": weights, "weight_decay": recipe.weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]
    optimiser = torch.optim.SGD(groups, lr=recipe.learning_rate, momentum=0.9, nesterov=True)
    return Run(network.train(), average.eval(), optimiser)


def _step(run: Run, recipe: Recipe, batches: Batches) -> float:
    """Do one step; return its loss."""
    pictures, (original, ferplus) = batches.at(run.step)
    for group in run.optimiser.param_groups:
        group["lr"] = learning_rate(run.step, recipe)
    torch.manual_seed(recipe.seed_at(run.step))  # dropout
    with fast_floats(batches.device):
        logits = run.network(pictures.contiguous(memory_format=torch.channels_last))
    loss = functional.cross_entropy(logits[0].float(), original)
    votes = logits[1].float() + batches.handicap
    loss = loss + recipe.ferplus_weight * functional.cross_entropy(votes, ferplus)
    run.optimiser.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(run.network.parameters(), 5.0)
    run.optimiser.step()
    _average(run, recipe)
    run.step += 1
    return float(loss.detach())


@torch.no_grad()
def _average(run: Run, recipe: Recipe) -> None:
    """Update the exponential moving average of weights and batch statistics.

    Early on the average follows faster, so that the random start does not linger.
    """
    keep = min(recipe.ema_decay, (1 + run.step) / (10 + run.step))
    pairs = zip(run.average.state_dict().values(), run.network.state_dict().values(), strict=True)
    for averaged, present in pairs:
        if averaged.is_floating_point():
            averaged.lerp_(present, 1 - keep)
        else:
            averaged.copy_(present)


def _check(network: EmotionNetwork, public: Faces) -> dict[str, float]:
    """Return PublicTest's accuracy and loss on the original labels, and the FER+ loss."""
    with fast_floats(next(network.parameters()).device):
        original, ferplus = predict(network, public.pictures)
    labels, shares = torch.from_numpy(public.labels), torch.from_numpy(vote_shares(public.votes))
    figures = {
        "public_accuracy": (original.argmax(1) == labels).float().mean(),
        "public_loss": functional.cross_entropy(original, labels),
        "ferplus_accuracy": (ferplus.argmax(1) == shares.argmax(1)).float().mean(),
        "ferplus_loss": functional.cross_entropy(ferplus, shares),
    }
    return {name: round(float(value), 4) for name, value in figures.items()}


def _write_lines(path: Path, lines: Sequence[Mapping[str, float]]) -> None:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
