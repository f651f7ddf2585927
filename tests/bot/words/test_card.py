"""The model card in short, from the files beside the network."""

import io
import json
import shutil
from pathlib import Path

import pytest
from PIL import Image

from bot.handlers.model import in_words
from bot.words.card import CardError, read_card
from bot.words.texts import load_texts
from inference.quantised import MODELS

TEXTS = load_texts()


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A copy of the model's folder, to be spoiled."""
    return Path(shutil.copytree(MODELS, tmp_path / "models"))


def test_figures_are_those_of_the_description() -> None:
    scores = json.loads((MODELS / "emotion.json").read_text(encoding="utf-8"))["scores"]

    card = read_card()

    assert card.agrees == scores["reading"]["clean"]
    assert card.certain_agrees == scores["reading"]["certain_accuracy"]
    assert list(card.recalls.values()) == sorted(scores["reading"]["recall"].values())[::-1]


def test_plots_are_pictures_that_telegram_takes_as_photos() -> None:
    sizes = [Image.open(io.BytesIO(plot)) for plot in read_card().plots]

    assert [picture.format for picture in sizes] == ["PNG", "PNG"]
    assert min(picture.width for picture in sizes) >= 600


def test_words_say_figures_and_what_it_is_not_for() -> None:
    card = read_card()

    words = in_words(card, TEXTS)

    assert f"{card.agrees:.0f} %" in words
    assert f"{card.n:,} test pictures" in words
    assert "Work, school, hiring" in words


def test_a_missing_figure_is_the_operators_to_mend(models: Path) -> None:
    path = models / "emotion.json"
    description = json.loads(path.read_text(encoding="utf-8"))
    del description["scores"]["reading"]["clean"]
    path.write_text(json.dumps(description), encoding="utf-8")

    with pytest.raises(CardError, match="clean"):
        read_card(models)


@pytest.mark.parametrize("content", [None, b"no picture"])
def test_a_missing_plot_is_the_operators_to_mend(models: Path, content: bytes | None) -> None:
    plot = models / "confusion.webp"
    plot.unlink()
    if content:
        plot.write_bytes(content)

    with pytest.raises(CardError, match="figures and plots"):
        read_card(models)
