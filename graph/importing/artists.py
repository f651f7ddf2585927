"""Several artists in one cell, separated by commas, and names that contain a comma."""

import string
from collections import Counter
from itertools import chain

import pyarrow as pa
import pyarrow.compute as pc

from graph.importing.letters import changed, crowded, having, these

# How the first byte of a letter in UTF-8 looks where it was read as a Western encoding.
DOUBLY_ENCODED = "[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u0178\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
# What may follow a comma inside one name: "Tyler, The Creator", "Earth, Wind & Fire", "Davis, Jr.".
CONTINUATIONS = (
    "the ",
    "wind & fire",
    "wind and fire",
    "jr",
    "sr",
    "stills",
    "lake & palmer",
    "etc",
)

# What a cell of plain text has not: other white space, control characters, letters beyond
# ASCII.
ODD = ~these(string.printable.rstrip(string.whitespace) + " ")


def parted(column: pa.StringArray) -> pa.StringArray:
    """Return cells `A, B` as `A; B` where A or B also occurs in another cell of the column.

    The parts of a name that contains a comma, such as "Earth, Wind & Fire", occur nowhere else.
    """
    coded = column.dictionary_encode()
    cells = coded.dictionary.to_pylist()
    found = {cell: _parts(cell) for cell in cells if ", " in cell and ";" not in cell}
    if not found:
        return column
    alone = set(cells)
    # In how many different cells a part occurs.
    seen = Counter(chain.from_iterable(map(set, found.values())))
    lines = [
        "; ".join(found[cell])
        if cell in found and any(part in alone or seen[part] > 1 for part in found[cell])
        else cell
        for cell in cells
    ]
    return pa.array(lines, pa.string()).take(coded.indices)


def _parts(cell: str) -> list[str]:
    parts: list[str] = []
    for part in map(str.strip, cell.split(",")):
        if parts and part.casefold().startswith(CONTINUATIONS):
            parts[-1] += f", {part}"
        elif part:
            parts.append(part)
    return parts


def only_text(column: pa.StringArray) -> pa.StringArray:
    """Return a column with "" for nulls and words for "unknown", and without control characters."""
    text = column.fill_null("")
    found = changed(text, having(text, ODD) | crowded(text), _visible)
    return pc.if_else(pc.is_in(found, pa.array(["nan", "NaN", "None", "null"])), "", found)


def _visible(column: pa.StringArray) -> pa.StringArray:
    # A newline stays: in a title it means a space, and is shown as one.
    visible = pc.replace_substring_regex(column, r"[\x00-\x08\x0b-\x1f\x7f]", "")
    return pc.utf8_trim_whitespace(pc.utf8_normalize(_decoded_once(visible), "NFC"))


def _decoded_once(column: pa.StringArray) -> pa.StringArray:
    """Return a column in which `BeyoncÃ©`, which was encoded twice, is `Beyoncé` again.

    Source: R. Speer, "ftfy", 2019: text that is valid UTF-8 after such a step back was none before.
    """
    odd = pc.match_substring_regex(column, DOUBLY_ENCODED)
    if not pc.any(odd).as_py():
        return column
    once = pa.array([_step_back(text) for text in column.filter(odd).to_pylist()], pa.string())
    return pc.replace_with_mask(column, odd, once)


def _step_back(text: str) -> str:
    try:
        # Bytes that the Western encoding of Windows lacks stand for themselves, as in browsers.
        found = b"".join(
            sign.encode("latin-1" if "\x80" <= sign < "\xa0" else "cp1252") for sign in text
        )
        once = found.decode("utf-8")
    except UnicodeError:
        return text
    return once if once.isprintable() else text
