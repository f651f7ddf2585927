"""Whether a new graph is good enough to take the running one's place.

Compared with the running graph, not with fixed floors: what is good depends on the songs. Each
limit leaves room for what another table of songs changes by itself, and none for what a
forgotten table, a wrong metric or a damaged column does.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from graph.errors import GraphError
from graph.feelings.anchors import ZONES

# Of fewer sounds the figures are mostly chance, and nothing is refused.
ENOUGH = 100
# A person hears 200 songs before one comes again: a zone may shrink, but not to less than half.
ZONE_LEFT = 0.5
# Nobody walks to songs that hang together with nothing else. The starter catalogue and a synthetic
# million cover more than .999.
COVERAGE_LOST = 0.02
# Of a thousand songs one may stand alone more than before.
COMPONENTS_MORE = 0.001
# An even graph has .01 of its edges at the best connected hundredth, the starter catalogue .015, a
# synthetic million .020: at .05 more, a few songs come up again and again.
HUBS_MORE = 0.05
# Of what like joins to like beyond chance: zones are computed and comparable, while sources name
# genres in ten words or in a hundred.
ZONE_KEPT, GENRE_KEPT = 0.85, 0.5

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
        figure: What is compared, one of `MEANINGS`.
        running: The running graph's.
        built: The new one's.
        limit: What the new one must reach, or must not go beyond; None where it is only told.
        worse: Whether it does not.
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
    """Return the checks of a new graph; both are what `graph.building.quality.quality` gives.

    A running graph of fewer than `ENOUGH` sounds is no measure: no checks.
    """
    if sum(running["zones"].values()) < ENOUGH:
        return []
    return list(_checks(running, built))


def _checks(running: Mapping[str, Any], built: Mapping[str, Any]) -> Iterator[Check]:
    nodes = sum(built["zones"].values())
    yield from _told("tracks", running, built)
    yield from _told("edges", running, built)
    before = running["coverage"]
    yield _least("coverage", before, built["coverage"], before - COVERAGE_LOST)
    before = running["components"]
    yield _most("components", before, built["components"], before + nodes * COMPONENTS_MORE)
    before = running["hubs"]
    yield _most("hubs", before, built["hubs"], before + HUBS_MORE)
    for kind, kept in (("zone", ZONE_KEPT), ("genre", GENRE_KEPT)):
        yield from _told(f"same_{kind}", running, built)
        old, new = _beyond_chance(running, kind), _beyond_chance(built, kind)
        if old is not None and new is not None:  # many tables know no genres
            yield _least(f"same_{kind}_beyond_chance", old, new, old * kept)
    for zone, before in running["zones"].items():
        yield _least(f"zone_{zone}", before, built["zones"].get(zone, 0), before * ZONE_LEFT)


def _told(figure: str, running: Mapping[str, Any], built: Mapping[str, Any]) -> Iterator[Check]:
    """Yield a figure without a limit, if both know it: those of an older version may not."""
    before, after = running.get(figure), built.get(figure)
    if before is not None and after is not None:
        yield Check(figure, before, after, None, worse=False)


def _least(figure: str, running: float, built: float, limit: float) -> Check:
    return Check(figure, running, built, limit, built < limit)


def _most(figure: str, running: float, built: float, limit: float) -> Check:
    return Check(figure, running, built, limit, built > limit)


def _beyond_chance(figures: Mapping[str, Any], kind: str) -> float | None:
    """Return how much more like joins to like than chance would, 1 for always.

    Source: J. Cohen, "A Coefficient of Agreement for Nominal Scales", Educ. Psych. Meas. 20, 1960.
    """
    found, chance = figures[f"same_{kind}"], figures[f"same_{kind}_by_chance"]
    if found is None or chance is None or chance >= 1:
        return None
    return float((found - chance) / (1 - chance))
