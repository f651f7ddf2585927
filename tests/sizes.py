"""How long files and functions are, and how many modules lie loose in a package.

`python -m tests.sizes` prints what is longer than it may be, and the loose modules of each package.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
MAX_FILE_LINES, MAX_FUNCTION_LINES = 250, 40
# Modules beside the folders of a package, its `__init__` among them.
MAX_LOOSE = {"bot": 8, "graph": 7}


@dataclass(frozen=True, slots=True)
class Length:
    """A file or a function, and its lines."""

    place: str
    lines: int


def sources() -> list[Path]:
    """Return the source files that are held to a size: Python and JavaScript of the packages."""
    folders = ("bot", "graph", "inference")
    found = [
        path
        for folder in folders
        for ending in ("py", "js")
        for path in (ROOT / folder).rglob(f"*.{ending}")
    ]
    return sorted(path for path in found if "runtime" not in path.parts)


def long_files() -> list[Length]:
    """Return the files that are too long."""
    lengths = [Length(_place(path), len(_text(path).splitlines())) for path in sources()]
    return [each for each in lengths if each.lines > MAX_FILE_LINES]


def long_functions() -> list[Length]:
    """Return the Python functions that are too long, docstring and decorators not counted apart."""
    return [
        each
        for path in sources()
        if path.suffix == ".py"
        for each in _functions(path)
        if each.lines > MAX_FUNCTION_LINES
    ]


def loose_modules(package: str) -> list[str]:
    """Return the modules that lie in a package beside its folders."""
    return sorted(path.name for path in (ROOT / package).glob("*.py"))


def _functions(path: Path) -> Iterator[Length]:
    for node in ast.walk(ast.parse(_text(path))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None  # the parser's own nodes have one
            yield Length(f"{_place(path)}:{node.name}", node.end_lineno - node.lineno + 1)


def _place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def main() -> None:
    """Print what is too long, and the loose modules."""
    for each in (*long_files(), *long_functions()):
        print(f"{each.lines} {each.place}")
    for package, most in MAX_LOOSE.items():
        modules = loose_modules(package)
        print(f"{package}: {len(modules)} loose of at most {most}: {' '.join(modules)}")


if __name__ == "__main__":
    main()
