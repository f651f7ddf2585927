"""What runs the bot elsewhere names what there is: settings, files, commands."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.__main__ import parser
from bot.settings import Settings, read_settings, variable_name

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
FILES = [
    *(path for path in sorted(DEPLOY.iterdir()) if path.is_file()),
    ROOT / "Procfile",
    ROOT / "README.md",
]
COMMAND = re.compile(r"python -m bot ([a-z]+(?: --[a-z]+)*)")


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_settings_that_are_named_exist(path: Path):
    known = {variable_name(field) for field in Settings.model_fields}

    named = set(re.findall(r"\bBOT_[A-Z_]+\b", text_of(path)))

    assert named - known == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_commands_that_are_named_are_understood(path: Path):
    for line in COMMAND.findall(text_of(path)):
        words = shlex.split(line)
        with_file = [*words, "FILE"] if words[0] in {"backup", "restore", "ask"} else words

        assert parser().parse_args(with_file).command


def test_procfile_sets_up_what_a_fresh_clone_lacks():
    lines = dict(line.split(": ", 1) for line in text_of(ROOT / "Procfile").splitlines())

    assert set(lines) == {"web", "worker"}
    assert all("--setup" in line for line in lines.values())


def test_container_copies_what_there_is_and_is_not_root():
    text = text_of(DEPLOY / "Containerfile")

    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE)
    assert all((ROOT / name).exists() for line in copied for name in line.split())
    assert re.findall(r"^USER (.+)$", text, re.MULTILINE) == ["10001"]
    assert text.count("\nFROM ") == 2  # the second stage has no compiler


def test_secrets_and_data_stay_out_of_the_image():
    ignored = text_of(ROOT / ".dockerignore").splitlines()

    assert {".env", "data/bot.db*", ".git"} <= set(ignored)


def test_service_is_well_formed(tmp_path: Path):
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("needs systemd-analyze")
    unit = tmp_path / "tunemirror.service"
    python = shutil.which("python3") or "/bin/true"
    text = text_of(DEPLOY / "tunemirror.service")
    unit.write_text(text.replace("/opt/tunemirror/.venv/bin/python", python), encoding="utf-8")

    said = subprocess.run([program, "verify", unit], capture_output=True, text=True, check=False)

    assert [line for line in said.stderr.splitlines() if "tunemirror" in line] == []


def test_trimming_takes_tests_and_headers_only(tmp_path: Path):
    kept, gone = tmp_path / "package" / "code.py", tmp_path / "package" / "tests" / "test_code.py"
    gone.parent.mkdir(parents=True)
    for path in (kept, gone, tmp_path / "package" / "code.h"):
        path.write_text("x")

    subprocess.run(["sh", DEPLOY / "trim", tmp_path], check=True)

    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["code.py"]


@pytest.mark.parametrize(
    ("line", "folder"),
    [
        ("BOT_GRAPH_DIR=/srv/graph", "/srv/graph"),
        ('BOT_GRAPH_DIR="/srv/graph"', "/srv/graph"),
        ("BOT_GRAPH_DIR='/srv/graph'", "/srv/graph"),
        ("export BOT_GRAPH_DIR=/srv/graph", "/srv/graph"),
        ("BOT_GRAPH_DIR = /srv/graph", "/srv/graph"),
        ("BOT_GRAPH_DIR=/srv/graph # songs", "/srv/graph"),
        ("BOT_GRAPH_DIR=/one\nBOT_GRAPH_DIR=/two", "/two"),
        ("# BOT_GRAPH_DIR=/srv/graph", "data/graph"),
        ("BOT_GRAPH_DIR=", "data/graph"),
    ],
)
def test_make_and_bot_take_the_same_graph_from_dotenv(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, folder: str
):
    (tmp_path / ".env").write_text(f"{line}\n", encoding="utf-8")
    monkeypatch.delenv("BOT_GRAPH_DIR", raising=False)
    monkeypatch.chdir(tmp_path)

    show = [
        "make",
        "-s",
        "-f",
        str(ROOT / "Makefile"),
        "--eval",
        "show: ; $(info <$(GRAPH)>)",
        "show",
    ]
    made = subprocess.run(show, capture_output=True, text=True, check=True).stdout

    assert made.startswith(f"<{folder}>\n")  # as make has it, before a shell takes quotes off
    assert str(read_settings().graph_dir) == folder
