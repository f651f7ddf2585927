"""What an import and a build made, in words for an admin: Telegram's HTML, fit for a phone."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.screens.lines import shown
from bot.words.texts import Html, Texts
from graph.building.gate import Check
from graph.importing.columns import NEEDED
from graph.importing.report import ImportReport
from graph.snapshot.kinds import HEAVY

MAX_EXAMPLE = 40  # characters of a title
MAX_COLUMN, MAX_UNUSED = 24, 8  # characters of a column's name, and how many are named
SHARES = {"coverage", "hubs", "same_zone", "same_genre"}
# Told where they are worse; beside the plain shares they would only confuse.
SUFFIX = "_beyond_chance"


def compose_import(report: ImportReport, present: int, texts: Texts) -> Html:
    """Return what became of every row of a table.

    Args:
        report: Of one table, which holds usable songs.
        present: Songs in use now.
        texts: The sentences.
    """
    [file] = report.files
    lines = [
        texts("table.read", read=texts.number(report.read)),
        texts("table.kept", kept=texts.number(report.kept)),
        *_left_out(report, texts),
        *_kinds(report, texts),
        *_reading(file, texts),
        *_languages(report, texts),
    ]
    question = texts("table.question", present=texts.number(present))
    return Html("\n".join(lines) + f"\n\n{question}")


def _kinds(report: ImportReport, texts: Texts) -> list[Html]:
    """Return how many of the songs kept are no ordinary ones."""
    if not report.kinds:
        return []
    counted = " · ".join(
        f"{texts('table.heavy' if mark == HEAVY else f'kind.{mark}')}: {texts.number(n)}"
        for mark, n in report.kinds.items()
    )
    return [texts("table.kinds", kinds=Html(counted))]


def _languages(report: ImportReport, texts: Texts) -> list[Html]:
    """Return how many songs got a language that the table does not say."""
    n = report.languages
    return [texts("table.languages", n=texts.number(n))] if n else []


def _reading(file: Mapping[str, Any], texts: Texts) -> list[Html]:  # JSON
    """Return how a table was read: by which columns, in which encoding, and what was mended."""
    used = [
        field if field == own.casefold() else f"{field} ({shown(own, MAX_COLUMN)})"
        for field, own in file["used"].items()
    ]
    unused = [shown(name, MAX_COLUMN) for name in file["unused"][:MAX_UNUSED]]
    unused += ["…"] if len(file["unused"]) > MAX_UNUSED else []
    guessed = file["encoding"] and not file["encoding"].startswith("utf-")
    counts = {name: file[name] for name in ("damaged", "mended") if file[name]}
    return [
        texts("table.columns", columns=", ".join(used)),
        *([texts("table.unused", columns=", ".join(unused))] if unused else []),
        *([texts("table.encoding", encoding=file["encoding"])] if guessed else []),
        *(texts(f"table.{name}", n=texts.number(n)) for name, n in counts.items()),
        *([texts("table.cut_short")] if file["cut_short"] else []),
    ]


def compose_useless(report: ImportReport, texts: Texts) -> Html:
    """Return why a table gave no song, and what to do about it."""
    [file] = report.files
    columns = ", ".join(file["fault_columns"])
    match file["fault_code"]:
        case "workbook":
            return texts("table.spreadsheet")
        case "rescaled" | "unknown_scale" as fault:
            return texts(f"table.{fault}", columns=columns)
        case "no_columns" if len(file["fault_columns"]) < len(NEEDED):
            return texts("table.no_columns", columns=columns)
        case None if report.read:
            return Html("\n".join([texts("table.no_song"), *_left_out(report, texts)]))
        case None | "empty":
            return texts("table.empty")
        case _:
            return texts("table.no_table")


def _left_out(report: ImportReport, texts: Texts) -> list[Html]:
    """Return repeats and refusals, each reason with its first rows."""
    merged = [texts(f"repeats.{by}", n=texts.number(n)) for by, n in report.merged.items() if n]
    total = sum(report.refused.values())
    refused = [
        texts(
            "table.refused",
            n=texts.number(n),
            reason=texts(f"refusal.{reason}"),
            examples=_examples(report.examples.get(reason, []), texts),
        )
        for reason, n in Counter(report.refused).most_common()
    ]
    return [*merged, *([texts("table.left_out", n=texts.number(total)), *refused] if total else [])]


def _examples(found: Sequence[Mapping[str, Any]], texts: Texts) -> Html:  # JSON
    rows = [
        texts("table.example", row=texts.number(row["row"]), title=shown(row["found"], MAX_EXAMPLE))
        for row in found
        if "row" in row
    ]
    return texts("table.examples", rows=Html(", ".join(rows))) if rows else Html("")


def compose_comparison(comparison: Sequence[Check], texts: Texts) -> Html:
    """Return the figures of two graphs side by side, in lines that fit a phone."""
    told = [check for check in comparison if not check.figure.endswith(SUFFIX)]
    head = ("", texts("figure.before"), texts("figure.after"))
    rows = [head, *(_row(check, texts) for check in told)]
    widths = [max(len(row[at]) for row in rows) for at in range(3)]
    lines = [
        f"{label:<{widths[0]}}  {before:>{widths[1]}}  {after:>{widths[2]}}".rstrip()
        for label, before, after in rows
    ]
    return texts("figure.table", lines=Html("\n".join(lines)))


def compose_faults(comparison: Sequence[Check], texts: Texts) -> Html:
    """Return in what a graph is worse than the one in use, one line for each figure."""
    lines = []
    for check in comparison:
        if not check.worse or check.limit is None:
            continue
        least = check.limit <= check.running
        words = {
            "figure": texts(f"figure.{check.figure}"),
            "after": _number(check, texts, check.built),
            # Of 350.5 songs that are wanted, 350 are too few.
            "limit": _number(check, texts, check.limit, (math.ceil if least else math.floor)),
        }
        lines.append(texts("figure.at_least" if least else "figure.at_most", **words))
    return Html("\n".join(lines))


def _row(check: Check, texts: Texts) -> tuple[str, str, str]:
    label = texts(f"figure.{check.figure}")
    return label, _number(check, texts, check.running), _number(check, texts, check.built)


def _number(check: Check, texts: Texts, value: float, whole: Callable[[float], int] = round) -> str:
    if check.figure in SHARES or check.figure.endswith(SUFFIX):
        return f"{100 * value:.1f} %"
    return texts.number(whole(value))
