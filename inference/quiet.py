"""Suppression of start-up messages that C++ libraries write to the terminal."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

# Start-up messages of MediaPipe and LiteRT on stderr.
CHATTER = (
    b"INFO: Created TensorFlow Lite XNNPACK delegate",
    b"All log messages before absl::InitializeLog()",
    b"inference_feedback_manager.cc",
)


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """Suppress lines of `CHATTER` on stderr during the context; pass on the others after it."""
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
