"""Train the network: by step, with checkpoints, so that a killed run ends as an unbroken one."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import product
from math import cos, pi
from pathlib import Path
from typing import TypeAlias

import numpy as np
import torch
from torch import Generator, Tensor, nn
from torch.nn import functional
from tqdm import tqdm

from inference.training.augment import augment, mix
from inference.training.dataset import Faces, Split, clean, load_faces, vote_shares
from inference.training.network import N_ORIGINAL, Architecture, EmotionNetwork, load_network

CHECKPOINT, NETWORK, CURVE = "checkpoint.pt", "network.pt", "curve.jsonl"
# Seeds of different steps must not meet: a run has far fewer steps than this.
SEED_STRIDE = 10_000_019
# What of a recipe is a share or a chance.
SHARES = (
    *("warm_up", "ema_decay", "smoothing", "mixup_chance", "calm_end"),
    *("balance", "selfies", "strength", "teacher_share"),
)

Changed: TypeAlias = tuple[Tensor, tuple[Tensor, ...]]


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides how a run ends.

    Attributes:
        seed: Same seed, same machine, same network.
        steps: Batches in all.
        batch: Pictures per batch.
        learning_rate: Its peak, reached after `warm_up` of the steps; half a cosine from there.
        warm_up: Share of the steps, 0 to 1.
        weight_decay: L2 penalty on weights, not on biases and batch norm.
        ema_decay: How much of the averaged weights a step keeps.
        smoothing: Label smoothing of the original labels.
        mixup: Beta parameter of mixup; 0 turns it off.
        mixup_chance: Share of batches that are mixed.
        ferplus_weight: Weight of the FER+ loss beside the original labels' 1.
        balance: Power of each vote class's frequency that training takes back, 0 to 1, so that
            rare feelings are learned as if they were less rare. Logit adjustment: A. Menon et
            al., "Long-tail learning via logit adjustment", 2021, equation 10.
        calm_end: Share of the steps, at the end, without mixup.
        selfies: Factor on the chances of what selfies have and the data lacks: glasses, fringes,
            smooth skin.
        strength: Factor on how far augmentation moves faces and on its chances, 0 to 1.
        start: A finished run's `network.pt` whose weights this run begins with; none: chance. It
            may lack this network's first blocks, which then begin as what changes nothing.
        teachers: Finished runs whose mean opinion of each training picture, and of its mirror
            image, is blended into the targets. Born-again networks: T. Furlanello et al., 2018.
        teacher_share: The teachers' part in the targets, 0 to 1; without teachers it is unused.
        views: Changed versions of each training picture that are made once, before the first
            step, mixed to the end, and judged by the teachers as they are; 0: new ones at each
            step, with the teachers' opinion of the unchanged picture. L. Beyer et al., "Knowledge
            distillation: A good teacher is patient and consistent", 2022.
        architecture: The network.

    Raises:
        ValueError: A share out of its range, no step or picture, or less than no view.
    """

    seed: int = 1
    steps: int = 12_000
    batch: int = 128
    learning_rate: float = 0.09
    warm_up: float = 0.04
    weight_decay: float = 5e-4
    ema_decay: float = 0.999
    smoothing: float = 0.05
    mixup: float = 0.2
    mixup_chance: float = 0.5
    ferplus_weight: float = 1.0
    balance: float = 0.0
    calm_end: float = 0.1
    selfies: float = 1.0
    strength: float = 1.0
    start: str | None = None
    teachers: tuple[str, ...] = ()
    teacher_share: float = 0.4
    views: int = 0
    architecture: Architecture = field(default_factory=Architecture)

    def __post_init__(self) -> None:
        """Refuse numbers out of range, before hours are spent on them."""
        for name in SHARES:
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"expected {name} from 0 to 1, found {getattr(self, name)}")
        for name, least in (("steps", 1), ("batch", 1), ("views", 0), ("mixup", 0)):
            if getattr(self, name) < least:
                raise ValueError(f"expected {name} of {least} or more, found {getattr(self, name)}")


@dataclass(slots=True)
class Run:
    """A training run in progress: what a checkpoint holds."""

    network: EmotionNetwork
    average: EmotionNetwork
    optimiser: torch.optim.SGD
    step: int = 0
    curve: list[dict[str, float]] = field(default_factory=list)

    def save(self, path: Path, recipe: Recipe) -> None:
        """Write a checkpoint whole or not at all."""
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
    run = _start(recipe, device)
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


class Batches:
    """The training pictures and targets on the device, dealt out by step number.

    Attributes:
        pictures: (n, 1, 48, 48), uint8; with views, n is that many times the training pictures.
        targets: (n, 7) of the original labels and (n, 8) of the votes; rows sum to 1.
    """

    def __init__(self, faces: Faces, recipe: Recipe, device: str) -> None:
        self.recipe, self.device = recipe, device
        self.pictures = torch.from_numpy(faces.pictures).to(device)[:, None]
        hard = functional.one_hot(torch.from_numpy(faces.labels), N_ORIGINAL).float()
        smooth = hard * (1 - recipe.smoothing) + recipe.smoothing / N_ORIGINAL
        targets = (smooth, torch.from_numpy(vote_shares(faces.votes)))
        self.calm_from = recipe.steps * (1 - recipe.calm_end)
        if not recipe.views:
            targets = blend(recipe, faces, targets)
        self.targets = tuple(target.to(device) for target in targets)
        self.handicap = recipe.balance * self.targets[1].mean(0).log()
        if recipe.views:
            self._make_views()
        self.per_epoch = len(self.pictures) // recipe.batch

    def at(self, step: int) -> Changed:
        """Return the step's pictures, (b, 1, 48, 48), and its targets, (b, 7) and (b, 8)."""
        recipe, (epoch, place) = self.recipe, divmod(step, self.per_epoch)
        shuffled = np.random.default_rng((recipe.seed, epoch)).permutation(len(self.pictures))
        chosen = shuffled[place * recipe.batch : (place + 1) * recipe.batch]
        rows = torch.from_numpy(chosen).to(self.device)
        if recipe.views:  # these are changed already, and at most mirrored now
            return self._changed(rows, step, strength=0.0, mixed=False)
        return self._changed(rows, step, strength=recipe.strength, mixed=step < self.calm_from)

    def _changed(self, rows: Tensor, turn: int, *, strength: float, mixed: bool) -> Changed:
        """Return these pictures and targets, changed as this turn's chance has it."""
        recipe = self.recipe
        generator = Generator(self.device).manual_seed(recipe.seed * SEED_STRIDE + turn)
        pictures = augment(
            self.pictures[rows].float(),
            generator,
            selfies=recipe.selfies,
            strength=strength,
        )
        targets = tuple(target[rows] for target in self.targets)
        chance = np.random.default_rng((recipe.seed, 1, turn))
        if mixed and recipe.mixup > 0 and chance.random() < recipe.mixup_chance:
            share = float(chance.beta(recipe.mixup, recipe.mixup))
            return mix(pictures, targets, share=share, generator=generator)
        return pictures, targets

    @torch.no_grad()
    def _make_views(self) -> None:
        """Put changed versions, and the teachers' opinions of them, in place of the pictures."""
        recipe, made = self.recipe, []
        layout = torch.channels_last
        teachers = [
            network.to(device=self.device, memory_format=layout) for network in _teachers(recipe)
        ]
        parts = torch.arange(len(self.pictures), device=self.device).split(recipe.batch)
        turns = tqdm(list(product(range(recipe.views), parts)), unit="batch", mininterval=5)
        for turn, (_, rows) in enumerate(turns):
            pictures, targets = self._changed(rows, turn, strength=recipe.strength, mixed=True)
            levels = pictures.round().to(torch.uint8)
            with torch.autocast(self.device, dtype=torch.bfloat16):
                shown = levels.float().contiguous(memory_format=layout)
                opinions = [network(shown) for network in teachers]
            made.append((levels, *_blended(targets, opinions, recipe.teacher_share)))
        whole = [torch.cat(each) for each in zip(*made, strict=True)]
        self.pictures, self.targets = whole[0], tuple(whole[1:])


def learning_rate(step: int, recipe: Recipe) -> float:
    """Return the rate of one step: a straight rise, then half a cosine down to nothing."""
    rise = max(1, round(recipe.steps * recipe.warm_up))
    if step < rise:
        return recipe.learning_rate * (step + 1) / rise
    return recipe.learning_rate * (1 + cos(pi * (step - rise) / (recipe.steps - rise))) / 2


@torch.no_grad()
def blend(recipe: Recipe, faces: Faces, targets: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """Return the targets, (n, 7) and (n, 8), with the teachers' opinions blended in."""
    mirrored = replace(faces, pictures=np.ascontiguousarray(faces.pictures[:, :, ::-1]))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        opinions = [
            predict(network, view) for network in _teachers(recipe) for view in (faces, mirrored)
        ]
    return _blended(targets, opinions, recipe.teacher_share)


def _teachers(recipe: Recipe) -> list[EmotionNetwork]:
    return [load_network(Path(teacher))[0] for teacher in recipe.teachers]


def _blended(
    targets: tuple[Tensor, ...], opinions: Sequence[tuple[Tensor, Tensor]], share: float
) -> tuple[Tensor, ...]:
    """Return the targets with this share of the mean opinion, from both heads' logits."""
    if not opinions:
        return targets
    heads = zip(*opinions, strict=True)
    means = [torch.stack([logits.float().softmax(1) for logits in head]).mean(0) for head in heads]
    return tuple(
        torch.lerp(target, mean, share) for target, mean in zip(targets, means, strict=True)
    )


def _start(recipe: Recipe, device: str) -> Run:
    torch.manual_seed(recipe.seed)
    network = EmotionNetwork(recipe.architecture)
    if recipe.start:
        begun = load_network(Path(recipe.start))[0]
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
    torch.manual_seed(recipe.seed * SEED_STRIDE + run.step)  # dropout
    with torch.autocast(batches.device, dtype=torch.bfloat16):
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
    """Move the averaged weights and batch statistics a little towards the present ones.

    Early on the average follows faster, so that the random start does not linger.
    """
    keep = min(recipe.ema_decay, (1 + run.step) / (10 + run.step))
    pairs = zip(run.average.state_dict().values(), run.network.state_dict().values(), strict=True)
    for averaged, present in pairs:
        if averaged.is_floating_point():
            averaged.lerp_(present, 1 - keep)
        else:
            averaged.copy_(present)


@torch.no_grad()
def predict(network: EmotionNetwork, faces: Faces) -> tuple[Tensor, Tensor]:
    """Return the float network's logits, (n, 7) and (n, 8), on the CPU in float32."""
    device = next(network.parameters()).device
    parts = torch.from_numpy(faces.pictures).split(512)
    pieces = [network(part.to(device)[:, None].float()) for part in parts]
    original, ferplus = (torch.cat(list(head)).float().cpu() for head in zip(*pieces, strict=True))
    return original, ferplus


def _check(network: EmotionNetwork, public: Faces) -> dict[str, float]:
    """Return PublicTest's accuracy and loss on the original labels, and the FER+ loss."""
    with torch.autocast(next(network.parameters()).device.type, dtype=torch.bfloat16):
        original, ferplus = predict(network, public)
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
