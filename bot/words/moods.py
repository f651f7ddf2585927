"""The mood in a person's own words, emoji included."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from inference.emotions import Emotion

# A mood is said in a few words; a novel is not searched for one.
MAX_LENGTH = 200
# Skin tones (Unicode Technical Standard 51, section 2.4) and the two variation selectors.
EMOJI_MODIFIERS = re.compile("[\U0001f3fb-\U0001f3ff\ufe0e\ufe0f]")
NEGATIONS = frozenset({"not", "no", "never", "isn't", "ain't", "don't", "without"})


@dataclass(frozen=True, slots=True)
class MoodWords:
    """Words, phrases and emoji, and the mood that each says.

    Attributes:
        meanings: By the spelling in which words are compared.
        pattern: Finds any of them, words only as a whole, the longest first.
    """

    meanings: Mapping[str, Emotion]
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, words: Mapping[Emotion, Iterable[str]]) -> "MoodWords":
        """Return the words of a language, given by mood."""
        meanings = {_plain(word): mood for mood in words for word in words[mood]}
        longest_first = sorted(meanings, key=len, reverse=True)
        letters = "|".join(re.escape(word) for word in longest_first if word[0].isalnum())
        emoji = "|".join(re.escape(word) for word in longest_first if not word[0].isalnum())
        return cls(meanings, re.compile(rf"(?<!\w)(?:{letters})(?!\w)|(?:{emoji})"))

    def find(self, said: str) -> tuple[Emotion, ...]:
        """Return the moods that somebody names, in their order, each once.

        A mood right after a "not" does not count, unless the two are a phrase of their own.
        """
        text, found = _plain(said[:MAX_LENGTH]), dict[Emotion, None]()
        for match in self.pattern.finditer(text):
            before = re.findall(r"[\w']+", text[: match.start()])[-1:]
            if not NEGATIONS.intersection(before):
                found[self.meanings[match[0]]] = None
        return tuple(found)


def _plain(text: str) -> str:
    """Return text in the one spelling in which words and emoji are compared."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("\u2019", "'")
    return " ".join(EMOJI_MODIFIERS.sub("", text).split())
