"""Moods in clauses: a "not" takes back what belongs to it, and nothing of the next clause."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.words.understanding.spelling import STOPS
from bot.words.understanding.terms import Found
from inference.emotions import Emotion

# What it means not to feel something. Who is not sad, angry or afraid may feel anything: calm, if
# nothing else is said.
OPPOSITES = {Emotion.HAPPY: Emotion.SAD, Emotion.NEUTRAL: Emotion.SAD}


def moods_in(text: str, found: Sequence[Found], *, negates: str) -> tuple[Emotion, ...]:
    """Return the moods that somebody names, in their order, each once.

    Args:
        text: In plain spelling.
        found: The terms in it, from left to right.
        negates: As `Vocabulary.negates`.
    """
    moods = dict[Emotion, None]()
    relieved = False
    for clause in _clauses(text, found):
        negations = [each.start for each in clause if each.term.kind == "negation"]
        for each in clause:
            if each.term.kind != "mood":
                continue
            mood = Emotion(each.term.value)
            if not any(negates == "around" or at < each.start for at in negations):
                moods[mood] = None
            elif opposite := OPPOSITES.get(mood):
                moods[opposite] = None
            else:
                relieved = True
    return tuple(moods) or ((Emotion.NEUTRAL,) if relieved else ())


def _clauses(text: str, found: Sequence[Found]) -> Iterator[list[Found]]:
    """Yield the terms of each clause; commas, full stops and words such as "but" part them."""
    stops = [match.start() for match in STOPS.finditer(text)]
    stops += [each.start for each in found if each.term.kind == "boundary"]
    edges = [0, *sorted(stops), len(text) + 1]
    for start, stop in pairwise(edges):
        yield [each for each in found if start <= each.start < stop]
