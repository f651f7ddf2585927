"""What decides how a training run ends."""

from dataclasses import dataclass, field
from math import cos, pi

from inference.training.network.network import Architecture

# Seeds of different steps must not meet: a run has far fewer steps than this.
SEED_STRIDE = 10_000_019
# What of a recipe is a share or a chance.
SHARES = (
    *("warm_up", "ema_decay", "smoothing", "mixup_chance", "calm_end"),
    *("balance", "selfies", "strength", "teacher_share"),
)


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
        start: A finished run's `network.pt`, or a published `.tflite`, whose weights this run
            begins with; none: chance. It may lack this network's first blocks, which then begin
            as what changes nothing.
        teachers: Such files, whose mean opinion of each training picture, and of its mirror
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

    def seed_at(self, turn: int) -> int:
        """Return the seed of one turn: a step, or a batch of views."""
        return self.seed * SEED_STRIDE + turn


def learning_rate(step: int, recipe: Recipe) -> float:
    """Return the rate of one step: a straight rise, then half a cosine down to nothing."""
    rise = max(1, round(recipe.steps * recipe.warm_up))
    if step < rise:
        return recipe.learning_rate * (step + 1) / rise
    return recipe.learning_rate * (1 + cos(pi * (step - rise) / (recipe.steps - rise))) / 2
