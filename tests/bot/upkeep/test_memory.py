"""What a serving process does without, each in a process of its own: imports cannot be undone."""

import subprocess
import sys

from tests.conftest import ROOT


def run(program: str) -> str:
    command = (sys.executable, "-c", program)
    ended = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return ended.stdout.strip()


def test_mediapipe_comes_without_what_it_draws_with():
    found = run(
        "import sys; from inference.detector import load_mediapipe\n"
        "print(hasattr(load_mediapipe().tasks.vision, 'FaceDetector'))\n"
        "print('matplotlib' in sys.modules)\n"
        "import matplotlib.pyplot; print(callable(matplotlib.pyplot.figure))"
    )

    assert found.split() == ["True", "False", "True"]


def test_serving_imports_nothing_of_other_commands():
    others = [
        "alembic",
        "av",
        "bot.localchat",
        "matplotlib",
        "networkx",
        "pandas",
        "pyarrow",
        "scipy.linalg",
    ]

    found = run(f"import sys, bot.__main__; print([n for n in {others} if n in sys.modules])")

    assert found == "[]"


def test_what_is_settled_still_lives_and_dies():
    found = run(
        "import weakref; from bot.upkeep.memory import settle, use_few_arenas\n"
        "use_few_arenas(); settle()\n"
        "class Link: pass\n"
        "link = Link(); link.me = link; seen = weakref.ref(link); del link\n"
        "import gc; gc.collect(); print(seen())"
    )

    assert found == "None"
