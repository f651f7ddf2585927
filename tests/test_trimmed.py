"""The packages of the container, copied and trimmed, carry all that the bot does."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pandas as pd
import pytest

from tests.conftest import ROOT, STARTER
from tests.drawing import as_file, clip_of, draw_picture
from tests.heic import turned

pytestmark = pytest.mark.slow

EVERY_MODULE = """
import pkgutil, sys
from importlib import import_module
WITH_NUMBA = {"graph.building.compiled", "graph.snapshot.compiled_walk"}
for package in ("bot", "graph", "inference"):
    for module in pkgutil.walk_packages([package], f"{package}."):
        if module.name not in WITH_NUMBA and not module.name.startswith("inference.training"):
            import_module(module.name)
print(sorted({"cv2", "numba", "skimage", "torch"} & sys.modules.keys()))
"""
KINDS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")

Run = Callable[..., str]


def installed_by_container() -> Iterator[tuple[Path, Path]]:
    """Yield the files of the packages that the container installs, and their places there."""
    for name in ("run", "postgres"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        for package in re.findall(r"^([a-z0-9.-]+)==", text, re.MULTILINE):
            try:
                files = distribution(package).files or []
            except PackageNotFoundError:  # for another system, or only there with PostgreSQL
                continue
            for file in files:
                if ".." not in file.parts and "__pycache__" not in file.parts:
                    yield Path(str(file.locate())), Path(file)


@pytest.fixture(scope="module")
def trimmed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("packages")
    for file, place in installed_by_container():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, folder / place)  # no link: `strip` would change the installed one
    subprocess.run(["sh", ROOT / "deploy" / "trim", folder], check=True)
    yield folder
    shutil.rmtree(folder)  # half a GB


@pytest.fixture
def run(trimmed: Path, tmp_path: Path) -> Run:
    """Run Python with the trimmed packages and no others; return what it printed."""

    def run(*words: str | Path) -> str:
        done = subprocess.run(
            [sys.executable, "-S", "-W", "ignore", *words],  # -S: nothing of site-packages
            env={"PYTHONPATH": str(trimmed), "PATH": os.environ["PATH"], "HOME": str(tmp_path)},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_every_module_is_imported(run: Run):
    assert run("-c", EVERY_MODULE) == "[]\n"


def test_pictures_and_clips_are_read(run: Run, tmp_path: Path):
    face = draw_picture()
    contents = {kind: as_file(face, kind) for kind in KINDS}
    contents |= {"HEIC": turned(0), "MP4": clip_of([face] * 8)}
    files = [tmp_path / kind for kind in contents]
    for file in files:
        file.write_bytes(contents[file.name])

    read = run("-m", "inference", "read", "--json", *files)

    assert read.count('"emotion"') == len(files), read


def test_graph_is_built_and_drawn(run: Run, tmp_path: Path):
    graph, songs = tmp_path / "graph", tmp_path / "songs.parquet"
    pd.read_csv(STARTER).to_parquet(songs)

    run("-m", "graph", "import", songs, "--to", graph)
    run("-m", "graph", "build", graph)
    run("-m", "graph", "draw", "--graph", graph, "--out", tmp_path / "graph.png")

    assert (tmp_path / "graph.png").stat().st_size > 50_000
    assert run("-m", "graph", "suggest", "--graph", graph, "--emotions", "happy=1")


@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "pt", "hi", "ru", "ar", "ja"])
def test_dates_are_written_in_every_language(run: Run, language: str):
    said = run("-c", f"from babel import dates; print(dates.get_day_names(locale='{language}')[0])")

    assert said.strip()
