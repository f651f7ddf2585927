"""Figures of an evaluation, the measures of rankings behind them, and the page that shows them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graph.arrays import Mask, Vector

# Resamples of a bootstrap interval, and the share of them that it covers.
RESAMPLES, COVERED = 1000, 0.95


@dataclass(frozen=True, slots=True)
class Score:
    """One line of the evaluation: what, how much, and what chance or the aim would be."""

    figure: str
    value: float
    note: str


def as_page(sections: Sequence[tuple[str, Sequence[Score]]], command: str) -> str:
    """Return the figures as a page in Markdown, a table for each section."""
    tables = "\n".join(_table(title, scores) for title, scores in sections)
    return (
        "# Evaluation of the choice of songs\n\n"
        "Rules against what people said of songs; no row of a table is kept here. Caps and\n"
        "weights of `graph/feelings/policies.py` were chosen by hand on these very lists, tags\n"
        "and catalogues: the figures are of what was tuned on, and others will come out lower.\n"
        "Nothing was fitted by a program. Intervals are bootstrap intervals over the songs.\n"
        "Simulated listeners have a hidden taste, told in `graph/evaluation/simulate.py`; their\n"
        "regret is how many more of their first thirty songs they would have liked, had the best\n"
        "been chosen.\n"
        f"Measured with `{command}`.\n\n{tables}"
    )


def _table(title: str, scores: Sequence[Score]) -> str:
    rows = "\n".join(f"| {score.figure} | {score.value:.3f} | {score.note} |" for score in scores)
    return f"## {title}\n\n| figure | value | note |\n|---|---|---|\n{rows}\n"


def ndcg(hits: Mask, n_relevant: int) -> float:
    """Return how much of the best possible discounted gain a ranking has, from 0 to 1.

    Source: K. Järvelin, J. Kekäläinen, "Cumulated Gain-Based Evaluation of IR Techniques", ACM
        Transactions on Information Systems 20(4), 2002; relevance 0 or 1.
    """
    gains = 1 / np.log2(np.arange(2, len(hits) + 2))
    best = gains[: min(n_relevant, len(hits))].sum()
    return float(gains[hits].sum() / best) if best > 0 else 0.0


def average_precision(hits: Mask) -> float:
    """Return the mean precision at the ranks of the relevant items, from 0 to 1.

    Args:
        hits: (m,), which items of a ranking are relevant, the first first.

    Source: C. Manning, P. Raghavan, H. Schütze, "Introduction to Information Retrieval", 2008,
        section 8.4.
    """
    ranks = np.arange(1, len(hits) + 1)
    return float((np.cumsum(hits) / ranks)[hits].mean()) if hits.any() else 0.0


def interval(
    scores: Vector, relevant: Mask, n: int, rng: np.random.Generator
) -> tuple[float, float]:
    """Return the bootstrap interval of the precision at n of a ranking, over its items.

    Args:
        scores: (m,), by which items are ranked, the largest first.
        relevant: (m,), which are.
        n: How many of the first count.
        rng: The random generator.

    Source: B. Efron, R. Tibshirani, "An Introduction to the Bootstrap", 1993, section 13.3.
    """
    order = np.argsort(-scores, kind="stable")
    hits = relevant[order]
    found = np.empty(RESAMPLES)
    for at in range(RESAMPLES):
        drawn = np.bincount(rng.integers(0, len(hits), len(hits)), minlength=len(hits))
        found[at] = np.repeat(hits, drawn)[:n].mean()
    low, high = np.quantile(found, [(1 - COVERED) / 2, (1 + COVERED) / 2])
    return float(low), float(high)
