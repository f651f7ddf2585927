"""The songs and their graph from the command line: one JSON object per line, or plain words."""

import argparse
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module

from graph.errors import GraphError

# Where each command is. Only the one that is given is loaded: the others want libraries that take
# 20 MB and a fifth of a second.
COMMANDS: Mapping[str, str] = {
    "import": "import_tables",
    "videos": "videos",
    "build": "build",
    "rollback": "rollback",
    "rank": "rank",
    "suggest": "suggest",
    "evaluate": "evaluate",
    "inspect": "inspect",
    "draw": "draw",
    "export": "export",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0 when done, 1 when refused. Wrong usage exits with 2."""
    given = sys.argv[1:] if arguments is None else arguments
    options = parser(given[0] if given else None).parse_args(given)
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


def parser(command: str | None = None) -> argparse.ArgumentParser:
    """Return the options of one command; of all where it is none of them."""
    top = argparse.ArgumentParser(prog="python -m graph", description=__doc__)
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    for name, module in COMMANDS.items():
        if name == command or command not in COMMANDS:
            import_module(f"graph.commands.{module}").add(commands)
    return top


if __name__ == "__main__":
    code = main()
    if code == 128 + signal.SIGINT:
        # Arrow's threads may still be reading: they abort a Python that takes itself down.
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)
