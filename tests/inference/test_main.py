import json
import subprocess
import sys
from pathlib import Path

import pytest

from inference.__main__ import main
from inference.emotions import EMOTIONS
from tests.drawing import clip_of, draw_face, draw_picture

FIELDS = [
    "file", "kind", "faces", "emotion", "second", "certain", "scores", "box", "frames", "arc",
    "advice", "people", "error", "ms",
]  # fmt: skip


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """Return paths by outcome, in the order in which the tests give them."""
    contents = {
        "face.jpg": draw_face(),
        "nobody.jpg": draw_face(face=0),
        "text.jpg": b"no picture",
        "clip.mp4": clip_of([draw_picture(320, 240)] * 5),
        "page.pdf": b"%PDF-1.7",
        "huge.jpg": bytes(20 * 1024 * 1024 + 1),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return {name: str(tmp_path / name) for name in (*contents, "missing.jpg")}


def test_json_has_one_line_per_file_in_order(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
):
    code = main(["read", "--json", *files.values()])

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code == 0
    assert [line["file"] for line in lines] == list(files.values())
    assert [line["error"] for line in lines] == [
        None, "no_face", "unreadable", None, "unsupported", "too_large", "unreadable",
    ]  # fmt: skip
    assert lines[1]["faces"] == 0


def test_every_line_has_every_field(files: dict[str, str], capsys: pytest.CaptureFixture[str]):
    main(["read", "--json", files["face.jpg"], files["text.jpg"]])

    read, refused = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert list(read) == list(refused) == FIELDS
    assert list(read["scores"]) == list(EMOTIONS)
    assert (read["kind"], read["faces"], read["frames"], read["arc"]) == ("photo", 1, 1, [])
    unset = set(FIELDS) - {"file", "error", "ms"}
    assert all(refused[field] is None for field in unset)


def test_words_name_the_emotion_or_the_reason(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
):
    main(["read", files["face.jpg"], files["nobody.jpg"]])

    read, refused = capsys.readouterr().out.splitlines()
    assert read.startswith(files["face.jpg"])
    assert any(emotion in read for emotion in EMOTIONS)
    assert refused == f"{files['nobody.jpg']}: no_face"


def test_missing_model_is_refused_with_its_place(
    files: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    code = main(["read", files["face.jpg"], "--models", str(tmp_path)])

    assert code == 1
    assert str(tmp_path) in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["read"], ["write", "x"]])
def test_wrong_usage_exits_with_two(arguments: list[str]):
    with pytest.raises(SystemExit) as exit_code:
        main(arguments)

    assert exit_code.value.code == 2


def test_program_writes_lines_and_nothing_else(files: dict[str, str]):
    command = [sys.executable, "-m", "inference", "read", "--json", files["face.jpg"]]

    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert json.loads(done.stdout)["faces"] == 1
    assert done.stderr == ""
