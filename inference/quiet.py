"""Keeping the terminal clean of what C++ libraries say about themselves while they load."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

# Lines that MediaPipe and LiteRT write to stderr about themselves while they load.
CHATTER = (
    b"INFO: Created TensorFlow Lite XNNPACK delegate",
    b"All log messages before absl::InitializeLog()",
    b"inference_feedback_manager.cc",
)


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """Hold back `CHATTER` that C++ code writes to stderr; every other line is passed on after."""
    sys.stderr.flush()
    reader, writer = os.pipe()
    for end in (reader, writer):
        os.set_blocking(end, False)  # a full pipe must lose a line rather than stop the program
    original = os.dup(2)
    os.dup2(writer, 2)
    os.close(writer)
    try:
        yield
    finally:
        sys.stderr.flush()
        os.dup2(original, 2)
        os.close(original)
        with os.fdopen(reader, "rb", buffering=0) as pipe:
            lines = (pipe.read() or b"").splitlines(keepends=True)
        kept = [line for line in lines if not any(word in line for word in CHATTER)]
        os.write(2, b"".join(kept))
