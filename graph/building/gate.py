"""Whether a new graph is good enough to replace the running one.

Its figures are compared with the running graph's, not with fixed limits: they depend on the songs.
Each tolerance covers what an added table of songs changes, and not what a forgotten table, a wrong
metric or a damaged column changes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from graph.errors import GraphError
from graph.feelings.anchors import ZONES

# A running graph of fewer sounds sets no standard: its figures vary too much by chance.
MIN_SOUNDS = 100
# Least ratio of a zone's new size to its old one. A person hears 200 songs before one is repeated,
# so a zone may shrink, but not to less than half.
ZONE_RATIO = 0.5
# Largest loss of coverage, the share of nodes in the largest component: walks reach no others. The
# starter catalogue and a synthetic million have more than .999.
COVERAGE_LOSS = 0.02
# Largest growth of the number of components, per node.
COMPONENT_GROWTH = 0.001
# Largest growth of the share of edges at the 1 % of nodes with the highest degree. It is .01 where
# all degrees are equal, .015 in the starter catalogue, .020 in a synthetic million; with .05 more,
# walks lead to the same few songs again and again.
HUB_GROWTH = 0.05
# Least ratio of the new to the old agreement beyond chance (Cohen's kappa) of neighbours: zones are
# computed the same way in each graph, while sources divide genres into ten words or a hundred.
ZONE_KAPPA_RATIO, GENRE_KAPPA_RATIO = 0.85, 0.5

MEANINGS: Mapping[str, str] = {
    "tracks": "songs",
    "edges": "edges",
    "coverage": "share of sounds that hang together",
    "components": "parts",
    "hubs": "share of edges at hubs",
    "same_zone": "share of neighbours of one zone",
    "same_zone_beyond_chance": "neighbours of one zone beyond chance",
    "same_genre": "share of neighbours of one genre",
    "same_genre_beyond_chance": "neighbours of one genre beyond chance",
    **{f"zone_{zone}": f"sounds in the zone {zone}" for zone in ZONES},
}


@dataclass(frozen=True, slots=True)
class Check:
    """One figure of the new graph beside the running one's.

    Attributes:
        figure: Its name, a key of `MEANINGS`.
        running: The running graph's value.
        built: The new graph's value.
        limit: The least or the largest value allowed; None where any is.
        worse: Whether the new value is beyond the limit.
    """

    figure: str
    running: float
    built: float
    limit: float | None
    worse: bool

    def words(self) -> str:
        """Return the check for people."""
        figure = MEANINGS[self.figure]
        if self.limit is None:
            return f"{figure}: {self.running:.6g} now, {self.built:.6g} new"
        bound = "at least" if self.limit <= self.running else "at most"
        verdict = "worse" if self.worse else "good"
        return (
            f"{figure}: {self.running:.6g} now, {self.built:.6g} new, "
            f"{bound} {self.limit:.6g} wanted: {verdict}"
        )


class WorseGraphError(GraphError):
    """The new graph is worse than the running one, which stays."""

    def __init__(self, checks: Sequence[Check]) -> None:
        """Say in what it is worse."""
        self.comparison = [asdict(check) for check in checks]
        faults = "\n".join(f"- {check.words()}" for check in checks if check.worse)
        super().__init__(
            "expected a graph as good as the running one, found a worse one; the running one "
            f"stays:\n{faults}\n`python -m graph build DIR --force` takes the new one all the same"
        )


def compared(running: Mapping[str, Any], built: Mapping[str, Any]) -> list[Check]:
    """Return the checks of a new graph against the running one; none below `MIN_SOUNDS`.

    Args:
        running: The figures of `graph.building.quality.quality` for the running graph.
        built: Those of the new one.
    """
    if sum(running["zones"].values()) < MIN_SOUNDS:
        return []
    return list(_checks(running, built))


def _checks(running: Mapping[str, Any], built: Mapping[str, Any]) -> Iterator[Check]:
    nodes = sum(built["zones"].values())
    yield from _unlimited("tracks", running, built)
    yield from _unlimited("edges", running, built)
    before = running["coverage"]
    yield _at_least("coverage", before, built["coverage"], before - COVERAGE_LOSS)
    before = running["components"]
    yield _at_most("components", before, built["components"], before + nodes * COMPONENT_GROWTH)
    before = running["hubs"]
    yield _at_most("hubs", before, built["hubs"], before + HUB_GROWTH)
    for kind, kept in (("zone", ZONE_KAPPA_RATIO), ("genre", GENRE_KAPPA_RATIO)):
        yield from _unlimited(f"same_{kind}", running, built)
        old, new = _kappa(running, kind), _kappa(built, kind)
        if old is not None and new is not None:  # many tables know no genres
            yield _at_least(f"same_{kind}_beyond_chance", old, new, old * kept)
    for zone, before in running["zones"].items():
        yield _at_least(f"zone_{zone}", before, built["zones"].get(zone, 0), before * ZONE_RATIO)


def _unlimited(
    figure: str, running: Mapping[str, Any], built: Mapping[str, Any]
) -> Iterator[Check]:
    """Yield a figure without a limit, if both graphs have it: an older version may not."""
    before, after = running.get(figure), built.get(figure)
    if before is not None and after is not None:
        yield Check(figure, before, after, None, worse=False)


def _at_least(figure: str, running: float, built: float, limit: float) -> Check:
    return Check(figure, running, built, limit, built < limit)


def _at_most(figure: str, running: float, built: float, limit: float) -> Check:
    return Check(figure, running, built, limit, built > limit)


def _kappa(figures: Mapping[str, Any], kind: str) -> float | None:
    """Return Cohen's kappa of neighbours: 0 for agreement by chance, 1 for full agreement.

    Source: J. Cohen, "A Coefficient of Agreement for Nominal Scales", Educ. Psych. Meas. 20, 1960.
    """
    found, chance = figures[f"same_{kind}"], figures[f"same_{kind}_by_chance"]
    if found is None or chance is None or chance >= 1:
        return None
    return float((found - chance) / (1 - chance))
