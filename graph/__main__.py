"""The songs and their graph from the command line: one JSON object per line, or plain words."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence

from graph.commands import (
    build,
    draw,
    evaluate,
    export,
    import_tables,
    inspect,
    rank,
    rollback,
    suggest,
    videos,
)
from graph.errors import GraphError

COMMANDS = (import_tables, videos, build, rollback, rank, suggest, evaluate, inspect, draw, export)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0 when done, 1 when refused. Wrong usage exits with 2."""
    options = parser().parse_args(arguments)
    try:
        options.run(options)
        sys.stdout.flush()
    except GraphError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; what was there before stays", file=sys.stderr)
        return 128 + signal.SIGINT  # as a shell counts it
    except BrokenPipeError:  # whoever reads has read enough, as `head` does
        # What is still in the buffer would be written at the exit, and fail once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE  # as a shell counts a program that the pipe has ended
    except OSError as error:  # a full or read-only disk, a folder that is none, no permission
        where = f" at {error.filename}" if error.filename else ""
        reason = error.strerror or str(error)
        print(f"expected a disk to write on{where}: {reason}", file=sys.stderr)
        return 1
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the commands and their options."""
    top = argparse.ArgumentParser(prog="python -m graph", description=__doc__)
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(commands)
    return top


if __name__ == "__main__":
    code = main()
    if code == 128 + signal.SIGINT:
        # Arrow's threads may still be reading: they abort a Python that takes itself down.
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)
