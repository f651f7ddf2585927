"""`python -m bot.web.mirror`: fetch what the live mirror runs on, and pack it for browsers."""

import sys

from bot.web.mirror.fetch import LITERT, RUNTIME, FetchError, fetch, pack
from bot.web.mirror.files import network_paths
from inference.errors import ModelError


def main() -> int:
    """Run the program; return its exit code."""
    try:
        brought = fetch(LITERT, RUNTIME)
        pack([*brought, *network_paths().values()], RUNTIME)
    except (FetchError, ModelError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
