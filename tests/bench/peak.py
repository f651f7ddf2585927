"""`python -m tests.bench.peak < FILE`: the peak memory of a process that reads one file.

It imports nothing but what a bot's own reader needs.
"""

import sys

from inference.errors import InferenceError
from inference.media import Media
from inference.reader import Reader
from tests.fuzz.watched import RESET, memory_mb


def main() -> None:
    """Print the memory before, the most of it, and what was answered."""
    content = sys.stdin.buffer.read()
    reader = Reader()
    before = memory_mb("VmRSS")
    RESET.write_text("5", encoding="ascii")
    try:
        answer = reader.read(Media.of(content)).emotion.value
    except InferenceError as error:
        answer = type(error).__name__
    peak = memory_mb("VmHWM")
    reader.close()
    print(f"{before:.0f} {peak:.0f} {answer}")


if __name__ == "__main__":
    main()
