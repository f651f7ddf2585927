"""Decades in figures: "80s", "1980er", "années 80", "80-е", "80年代", or a year."""
# ruff: noqa: RUF001, RUF002 - endings as they are written

import re

from bot.words.understanding.terms import Found, Term

YEARS = 10
FIRST = 1920
ENDINGS = r"(?:'| )?s|er(?:n|jahre)?|ies|-?(?:е|х|ые|ых)| ?के दशक| ?ke dashak"
LEADING = r"anos|annees|ans|annee|decada de(?: los)?|los|les|os|dos|des|aus den|سنوات|عقد"
PATTERNS = (
    re.compile(rf"(?<![\d\w])(?P<two>[0-9]0)(?:年代|(?:{ENDINGS})(?!\w))"),
    re.compile(rf"(?<!\w)(?:{LEADING}) (?P<two>[0-9]0)(?![\d\w])"),
    re.compile(rf"(?<!\d)(?P<four>19[2-9]\d|20[0-4]\d)(?:{ENDINGS}|年代?)?(?!\d)"),
)


def decades_in(text: str) -> list[Found]:
    """Return the decades that stand in figures in a plain text."""
    found = []
    for pattern in PATTERNS:
        for match in pattern.finditer(text):
            groups = match.groupdict()
            term = Term(match[0], open=False, kind="decade", value=str(_decade(groups)))
            found.append(Found(match.start(), match.end(), term))
    return found


def _decade(groups: dict[str, str | None]) -> int:
    """Return the first year of a decade: two figures mean the last hundred years."""
    if four := groups.get("four"):
        return int(four) // YEARS * YEARS
    two = int(groups["two"] or 0)
    return 1900 + two if two > FIRST % 100 else 2000 + two
