"""`python -m tests.bot.web.mirror.axe`: fetch axe-core, which judges how accessible pages are.

MPL-2.0; it stays beside the project and enters neither a commit nor the bot.
"""

import sys
from pathlib import Path

from bot.web.mirror.fetch import FetchError, Package, fetch

FOLDER = Path(__file__).parents[4] / "build" / "axe"
AXE = Package(
    "axe-core",
    "4.14.1",
    "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745",
    {"axe.min.js": "package/axe.min.js"},
)


def main() -> int:
    """Run the program; return its exit code."""
    try:
        fetch(AXE, FOLDER)
    except FetchError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
