"""Help lines: ours, and those of the operator in their place."""

from pathlib import Path

import pytest

from bot.words.care import LINES, HelpLine, HelpLinesError, help_lines, read_help_lines
from bot.words.texts import load_texts

TEXTS = load_texts("de")


def test_without_a_file_they_are_ours() -> None:
    assert read_help_lines(None) == LINES


def test_a_file_takes_the_place_of_a_country_and_of_no_other(tmp_path: Path) -> None:
    path = tmp_path / "lines.toml"
    path.write_text('[DE]\n"Nachbarn <24>" = "030 12 34"\n', encoding="utf-8")

    lines = read_help_lines(path)

    assert lines["DE"] == (HelpLine("Nachbarn <24>", "030 12 34"),)
    assert lines["AT"] == LINES["AT"]
    assert "• Deutschland: <b>030 12 34</b> (Nachbarn &lt;24&gt;)" in help_lines(TEXTS, "DE", lines)


@pytest.mark.parametrize(
    "content",
    ["[DE", '[Germany]\n"A" = "1 2"\n', '[DE]\n"A" = 112\n', '[DE]\n"A" = "call me"\n', "DE = 3\n"],
)
def test_a_file_of_something_else_is_refused_with_its_place(tmp_path: Path, content: str) -> None:
    path = tmp_path / "lines.toml"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(HelpLinesError, match=r"lines\.toml"):
        read_help_lines(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(HelpLinesError, match=r"none\.toml"):
        read_help_lines(tmp_path / "none.toml")
