"""`make fuzz`: changed inputs at the borders where bytes of strangers come in.

Each input is checked in a process that may crash, hang or swell. What is found is written to
`build/fuzz/SURFACE/`, the input and what it did.
"""

import argparse
import pickle
import sys
from hashlib import sha256
from pathlib import Path
from time import monotonic

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz.surface import SURFACES, Surface, surface_of
from tests.fuzz.watched import Outcome, Watched

OUTPUT = Path("build/fuzz")
ROUND = 500  # inputs of one run of hypothesis, which remembers all of them
TOLD_EVERY_S = 60.0


class Tally:
    """How many inputs were checked, and what the worst of them did."""

    def __init__(self, folder: Path) -> None:
        """Findings are written to the folder."""
        self._folder = folder
        self._begun = self._told = monotonic()
        self.executions = 0
        self.findings: set[str] = set()
        self._slowest_s = self._largest_mb = 0.0

    def take(self, value: object, outcome: Outcome) -> None:
        """Count an input; keep it, if something is wrong with it that is not known yet."""
        self.executions += 1
        self._slowest_s = max(self._slowest_s, outcome.seconds)
        self._largest_mb = max(self._largest_mb, outcome.megabytes)
        kind = outcome.fault.strip().rpartition("\n")[2]
        if kind and kind not in self.findings:
            self.findings.add(kind)
            self._keep(value, outcome.fault)
            print(f"found: {kind}", flush=True)
        if monotonic() - self._told > TOLD_EVERY_S:
            self._told = monotonic()
            print(self, flush=True)

    def _keep(self, value: object, fault: str) -> None:
        content = value if isinstance(value, bytes) else pickle.dumps(value)
        path = self._folder / sha256(content).hexdigest()[:12]
        self._folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.with_suffix(".txt").write_text(fault, encoding="utf-8")

    def __str__(self) -> str:
        """One line."""
        return (
            f"{self.executions} inputs in {monotonic() - self._begun:.0f} s, "
            f"{len(self.findings)} kinds of finding, slowest {self._slowest_s:.2f} CPU s, "
            f"largest {self._largest_mb:.0f} MB"
        )


def fuzz(surface: Surface, *, seconds: float, first_seed: int, tally: Tally) -> None:
    """Check inputs of a surface for so long."""
    end, watched, round_ = monotonic() + seconds, Watched(surface), first_seed
    while monotonic() < end:

        @seed(round_)
        @settings(
            max_examples=ROUND,
            phases=[Phase.generate],
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(surface.inputs)
        def check(value: object) -> None:
            if monotonic() < end:
                tally.take(value, watched.check(value))

        check()
        round_ += 1
    watched.close()


def main() -> None:
    """Fuzz one surface or all, and end with 1 if anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("surface", choices=[*SURFACES, "all"])
    parser.add_argument("--seconds", type=float, default=60, metavar="N", help="for each surface")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the first 500 inputs")
    parser.add_argument(
        "--files", type=Path, metavar="FOLDER", help="more inputs to start from, a file each"
    )
    options = parser.parse_args()
    paths = sorted(options.files.iterdir()) if options.files else []
    files = tuple(path.read_bytes() for path in paths if path.is_file())
    found = 0
    for name in SURFACES if options.surface == "all" else [options.surface]:
        tally = Tally(OUTPUT / name)
        surface = surface_of(name, files)
        fuzz(surface, seconds=options.seconds, first_seed=options.seed, tally=tally)
        found += len(tally.findings)
        print(f"{name}: {tally}", flush=True)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
