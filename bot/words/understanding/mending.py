"""Slips of the keyboard: a word that is one letter away from a known one."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.words.understanding.spelling import UNSPACED, WORD
from bot.words.understanding.terms import Found, Term

# Shorter words are one letter away from too many others.
MIN_LETTERS = 5
# What a slip may hide. Names of artists and genres are searched for as they are written.
KINDS = frozenset({"mood", "aim", "greeting", "thanks"})
DOUBLED = re.compile(r"(\w)\1+")


@dataclass(frozen=True, slots=True)
class Mender:
    """The words of a language, found by what is left of them without one of their letters.

    Two words that differ in one letter, or in the order of two neighbours, have such a rest in
    common. Letters that are doubled count once: "dissapointed" is "disappointed".

    Source: W. Garbe, SymSpell: spelling correction by symmetric deletes, 2012.
    """

    by_rest: Mapping[str, str]

    @classmethod
    def of(cls, terms: Iterable[Term]) -> "Mender":
        """Return the mender of the single words among terms; of two alike the first counts."""
        by_rest: dict[str, str] = {}
        for term in terms:
            if term.kind in KINDS and _is_long(term.text):
                for rest in _rests(term.text):
                    by_rest.setdefault(rest, term.text)
        return cls(MappingProxyType(by_rest))

    def mend(self, text: str, found: Iterable[Found]) -> str:
        """Return a plain text with the words replaced that no term covers and a slip explains."""
        covered = list(found)

        def mended(match: re.Match[str]) -> str:
            word = match[0]
            if not _is_long(word) or any(
                each.start < match.end() and match.start() < each.stop for each in covered
            ):
                return word
            likely = (self.by_rest.get(rest, word) for rest in _rests(word))
            return next((each for each in likely if each != word and each[0] == word[0]), word)

        return WORD.sub(mended, text)


def _is_long(word: str) -> bool:
    """Return whether a text is one word that is long enough, in a script that parts words."""
    return (
        len(word) >= MIN_LETTERS
        and WORD.fullmatch(word) is not None
        and not UNSPACED.search(word)
        and not word.isdigit()
    )


def _rests(word: str) -> Iterator[str]:
    """Yield a word with its doubled letters written once, then without each of its letters."""
    single = DOUBLED.sub(r"\1", word)
    yield single
    yield from (single[:at] + single[at + 1 :] for at in range(1, len(single)))
