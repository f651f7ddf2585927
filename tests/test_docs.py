"""What the documents promise exists."""

import csv
import importlib
import json
import re
import shlex
from pathlib import Path

import pytest

from inference.training.evaluation.card import as_table

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("[!.]*/*.md")])
PROGRAM = re.compile(r"python -m (bot|graph|inference(?:\.training)?) ([a-z]\w*)([^#`\n]*)")


def programs() -> list[tuple[str, str, str]]:
    """Return package, program and the rest of each command line in the documents."""
    found = set()
    for document in DOCUMENTS:
        found |= set(PROGRAM.findall(document.read_text(encoding="utf-8")))
    return sorted(found)


@pytest.mark.parametrize(("package", "program", "rest"), programs())
def test_documented_program_takes_the_documented_options(package, program, rest, capsys):
    main = importlib.import_module(f"{package}.__main__").main

    with pytest.raises(SystemExit) as stopped:
        main([program, "--help"])

    assert stopped.value.code == 0
    offered = capsys.readouterr().out
    assert [
        word for word in shlex.split(rest) if word.startswith("-") and word not in offered
    ] == []


def test_documented_programs_are_found():
    assert {package for package, _, _ in programs()} == {
        "bot",
        "graph",
        "inference",
        "inference.training",
    }


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_make_targets_and_links_of_a_document_exist(document: Path):
    text = document.read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    targets = set(re.findall(r"(?:`|^)make ([a-z]+)", text, re.MULTILINE))
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)

    assert [target for target in targets if f"\n{target}:" not in makefile] == []
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_files_on_the_map_exist():
    map_ = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

    named = re.findall(r"`((?:bot|graph|inference)/[\w/]+(?:\.py)?)`", map_)

    assert len(named) > 30
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_readme_counts_the_songs_that_there_are():
    with (ROOT / "data" / "starter_catalogue.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    languages = {row["language"] for row in rows} - {"zxx"}

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"{len(rows):,} songs in {len(languages)} languages" in readme


def test_model_card_holds_the_figures_of_the_model():
    description = json.loads((ROOT / "models" / "emotion.json").read_text(encoding="utf-8"))
    card = (ROOT / "models" / "MODEL_CARD.md").read_text(encoding="utf-8")

    assert as_table(description["scores"]) in card
