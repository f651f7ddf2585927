"""`import`: tables of songs -> a checked catalogue and a report of every row."""

import argparse
import codecs
import json
from pathlib import Path
from typing import Any

from graph.commands.options import command
from graph.importing.columns import aliases
from graph.importing.files import Hints
from graph.importing.importer import import_files
from graph.importing.progress import telling
from graph.importing.report import NoSongsError


def add(commands: Any) -> None:
    """Add the command."""
    parser = command(commands, "import", run, "tables of songs -> checked catalogue")
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--to", type=Path, required=True, metavar="DIR", help="the graph's folder")
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="add to the songs of this graph's folder"
    )
    parser.add_argument(
        "--column",
        type=_column,
        action="append",
        default=[],
        metavar="valence=NAME",
        help="which of the table's columns holds what; may be given several times",
    )
    parser.add_argument("--encoding", type=_encoding, metavar="NAME", help="such as cp1251")
    parser.add_argument("--progress", action="store_true", help="JSON lines on stderr")


def run(options: argparse.Namespace) -> None:
    """Import the files and print the report, also where no song could be used."""
    with telling(as_json=options.progress) as progress:
        try:
            report = import_files(
                options.files,
                options.to,
                progress,
                keep=options.keep,
                hints=Hints(dict(options.column), options.encoding),
            )
        except NoSongsError as refused:
            if options.json:
                print(json.dumps(refused.report.as_dict(), ensure_ascii=False))
            raise
    print(json.dumps(report.as_dict(), ensure_ascii=False) if options.json else report.words())


def _column(text: str) -> tuple[str, str]:
    field, sign, name = text.partition("=")
    if not sign or not name.strip() or field not in aliases():
        fields = ", ".join(aliases())
        raise argparse.ArgumentTypeError(f"expected one of {fields}, then = and a name: {text!r}")
    return field, name


def _encoding(text: str) -> str:
    try:
        return codecs.lookup(text).name
    except LookupError as error:
        raise argparse.ArgumentTypeError(f"expected an encoding, found {text!r}") from error
