"""A check that is faulty on purpose, for what watches the checks."""

import os
from collections.abc import Callable


def open_faulty() -> Callable[[str], None]:
    """Return a check in which every fault is made on purpose."""

    def check(name: str) -> None:
        match name:
            case "raises":
                raise LookupError("made on purpose")
            case "crashes":
                os.abort()
            case "takes long":
                while True:
                    pass
            case "takes memory":
                assert len(b"x" * 100_000_000)

    return check
