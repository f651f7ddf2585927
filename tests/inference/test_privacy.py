"""Reading a face needs no network and leaves nothing on the disk."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.drawing import clip_of, draw_face, draw_picture

READ = [sys.executable, "-m", "inference", "read", "--json"]
# Audit events that Python raises when code asks for a connection, a name, or a file. Code in C++
# raises none: for that there are the tests without a network and with the kernel's own list.
# Files are watched from the first reading on: matplotlib, which MediaPipe imports, keeps a list of
# the machine's fonts in its own folder.
HOOK = """
import os, sys
from pathlib import Path
NETWORK = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}
CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.truncate", "tempfile.mkstemp"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
loaded = False
def watch(event, arguments):
    writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING
    if event in NETWORK or loaded and (writes or event in CHANGES):
        os.write(2, f"{event} {arguments}\\n".encode())
        os._exit(9)
sys.addaudithook(watch)
from inference.__main__ import as_line
from inference.reader import Reader
reader = Reader()
loaded = True
for path in sys.argv[1:]:
    print(as_line(Path(path), reader, as_json=True))
reader.close()
"""


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    contents = {
        "face.jpg": draw_face(),
        "clip.mp4": clip_of([draw_picture(320, 240)] * 5),
        "nobody.jpg": draw_face(face=0),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return [str(tmp_path / name) for name in contents]


def faces(lines: str) -> list[int | None]:
    return [json.loads(line)["faces"] for line in lines.splitlines()]


def can_unshare() -> bool:
    """Return whether this machine lets a program have a network of its own, without any."""
    program = shutil.which("unshare")
    return (
        bool(program)
        and not subprocess.run(
            [str(program), "-rn", "true"], capture_output=True, check=False
        ).returncode
    )


def test_reading_works_in_a_process_without_any_network(files: list[str]):
    if not can_unshare():
        pytest.skip("this machine gives no process an empty network (unshare -rn)")

    done = subprocess.run(["unshare", "-rn", *READ, *files], capture_output=True, check=True)

    assert faces(done.stdout.decode()) == [1, 1, 0]


def test_python_code_opens_no_connection_and_no_file_for_writing(files: list[str]):
    done = subprocess.run(
        [sys.executable, "-c", HOOK, *files],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stderr == ""
    assert faces(done.stdout) == [1, 1, 0]


def test_no_system_call_opens_a_connection_or_a_file_for_writing(files: list[str], tmp_path: Path):
    """What Python's audit cannot see, the kernel's own list shows: MediaPipe, LiteRT, FFmpeg."""
    strace = shutil.which("strace")
    log = tmp_path / "calls"
    calls = ["-f", "-qq", "-e", "trace=open,openat,creat,connect,sendto,rename", "-o", str(log)]
    if (
        not strace
        or subprocess.run([strace, *calls, "true"], capture_output=True, check=False).returncode
    ):
        pytest.skip("this machine has no strace, or does not let it trace")

    command = [strace, *calls, sys.executable, "-B", "-m", "inference", "read", "--json", *files]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert faces(done.stdout) == [1, 1, 0]
    words = ("O_WRONLY", "O_RDWR", "O_CREAT", "creat(", "rename(", "connect(", "sendto(")
    calls_made = log.read_text().splitlines()
    suspicious = [call for call in calls_made if any(word in call for word in words)]
    assert len(calls_made) > 100
    assert [call for call in suspicious if "matplotlib" not in call] == []  # its list of fonts
