"""Terms of a vocabulary, and where they stand in a text."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from bot.words.understanding.spelling import UNSPACED, WORD, plain

# Small words that Arabic writes as part of the next one: and, so, the, with, for, like.
PREFIXES = ("وال", "بال", "لل", "ال", "و", "ف", "ب", "ل", "ك")
HEAD = 2  # letters by which terms are looked up


@dataclass(frozen=True, slots=True)
class Term:
    """Words that say something.

    Attributes:
        text: In plain spelling.
        open: Whether any ending may follow: "traurig*".
        kind: What sort of thing is said, such as "mood" or "genre".
        value: Which one, such as "sad".
    """

    text: str
    open: bool
    kind: str
    value: str

    @classmethod
    def of(cls, written: str, kind: str, value: str = "") -> "Term":
        """Return a term as a vocabulary writes it."""
        return cls(plain(written.removesuffix("*")), written.endswith("*"), kind, value)


@dataclass(frozen=True, slots=True)
class Found:
    """A term in a text, from `start` to `stop`."""

    start: int
    stop: int
    term: Term


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Terms, found in a time that does not grow with their number.

    Attributes:
        by_head: The terms by their first letters, the longest first.
    """

    by_head: Mapping[str, tuple[Term, ...]]

    @classmethod
    def of(cls, terms: Iterable[Term]) -> "Lexicon":
        """Return the terms; of two with the same words the first counts."""
        heads: dict[str, dict[str, Term]] = defaultdict(dict)
        for term in terms:
            if term.text:
                heads[term.text[:HEAD]].setdefault(term.text, term)
        return cls({head: _longest_first(found.values()) for head, found in heads.items()})

    def find(self, text: str) -> list[Found]:
        """Return the terms in a plain text from left to right; the longest at a place counts."""
        found: list[Found] = []
        at = 0
        for start, stop in _starts(text):
            if start < at:
                continue
            for begin in _begins(text, start, stop):
                if here := self._at(text, begin):
                    found.append(replace(here, start=start))
                    at = here.stop
                    break
        return found

    def _at(self, text: str, start: int) -> Found | None:
        candidates = (
            *self.by_head.get(text[start : start + HEAD], ()),
            *self.by_head.get(text[start : start + 1], ()),
        )
        for term in candidates:
            if text.startswith(term.text, start):
                stop = start + len(term.text)
                end = _word_end(text, stop)
                if stop == end or term.open or not _is_letter(term.text[-1]):
                    return Found(start, end if term.open else stop, term)
        return None


def _longest_first(terms: Iterable[Term]) -> tuple[Term, ...]:
    return tuple(sorted(terms, key=lambda term: -len(term.text)))


def _starts(text: str) -> Iterator[tuple[int, int]]:
    """Yield where a term may start: at a word, at an unspaced letter, at any other sign."""
    at = 0
    while at < len(text):
        if text[at] == " ":
            at += 1
        elif word := WORD.match(text, at):
            yield at, word.end()
            at = word.end()
        else:
            yield at, at + 1
            at += 1


def _begins(text: str, start: int, stop: int) -> Iterator[int]:
    """Yield the start of a word, and in Arabic what follows its small prefixes."""
    yield start
    if "\u0600" <= text[start] <= "\u06ff":
        for prefix in PREFIXES:
            if text.startswith(prefix, start) and stop - start - len(prefix) >= HEAD:
                yield start + len(prefix)


def _word_end(text: str, at: int) -> int:
    """Return where the word ends that a place may be in the middle of."""
    word = WORD.match(text, at)
    return word.end() if word else at


def _is_letter(sign: str) -> bool:
    """Return whether a sign belongs to a word that is set off by spaces."""
    return WORD.match(sign) is not None and not UNSPACED.match(sign)
