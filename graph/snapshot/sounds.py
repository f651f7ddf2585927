"""How names sound, roughly: one key for "Земфиру" and "Земфира", "लता मंगेशकर" and "Lata Mangeshkar".

Scripts write vowels differently or not at all, and languages inflect names, so a key holds the
consonants alone, in nine classes. Keys are for telling who may be meant; whoever uses them checks
that one name only has the key. `graph.building.sounds` makes the keys of many names at once.
"""
# ruff: noqa: RUF001 - letters as they are written

import re
from collections.abc import Iterator, Mapping, Sequence

# By class: the letters of Cyrillic, Arabic, Devanagari and hiragana that sound about so. The
# romanisations are those of passports: ALA-LC without its marks. Letters of no class are vowels,
# breaths and signs, which are left out.
CLASSES: Mapping[str, str] = {
    "k": "кгхقكخغگकखगघかきくけこ",
    "s": "сзшжщсزسصشظशषसさしすせそ",
    "t": "тдتطثدضذटठडढतथदधたちつてと",
    "n": "нنनणङञंँなにぬねのん",
    "m": "мمमまみむめも",
    "r": "рлرلरलらりるれろ",
    "p": "пбвфبفپपफबभवふ",
    "j": "ججजझ",
    "c": "чچचछ",
    "ts": "ц",
}
LATIN = (
    ("ch", "C"),
    ("[cs]c?h", "s"),
    ("c([eiy])", r"s\1"),
    ("x", "ks"),
    ("[gcq]", "k"),
    ("d", "t"),
    ("z", "s"),
    ("l", "r"),
    ("[bfvw]", "p"),
    ("C", "c"),
)
KATAKANA = 0x60  # letters from hiragana to katakana
KEPT = "kstnmrpjc"
# Endings of Russian names and adjectives by case, after what `folded_name` does: "й" is "и".
ENDINGS = (
    "ого|его|ому|ему|ыми|ими|ами|ями|ои|еи|ою|ею|ом|ем|ым|им|ых|их|ую|юю|ая|яя|ое|ее|ов|ев|ам|ям|"
    "ах|ях|ия|ию|ии|ыи|[аяуюыиеьо]"
)
# Of these kana, "b" and "p", after what `folded_name` does.
VOICED = "[ハヒフヘホはひふへほ][\u3099\u309a]"
FOREIGN = "[^\u0001-\u024f]"


def _foreign_steps() -> Iterator[tuple[str, str]]:
    yield VOICED, "p"
    for into, letters in CLASSES.items():
        kana = "".join(chr(ord(sign) + KATAKANA) for sign in letters if "ぁ" <= sign <= "ん")
        yield f"[{letters}{kana}]", into


# Patterns and what each is replaced by, one after the other. Python and Arrow read them alike.
STEM = ("([\u0400-\u052f]{2,}?)" + rf"(?:{ENDINGS})( |$)", r"\1\2")
FROM_FOREIGN = tuple(_foreign_steps())  # change nothing in a name in Latin letters
TO_SOUND = (
    *LATIN,
    (f"[^{KEPT} ]+", ""),
    *((f"{letter}{{2,}}", letter) for letter in KEPT),
    ("nk", "n"),  # सिंह is Singh
    (" +", " "),
)


def stem(name: str) -> str:
    """Return a folded name, a Russian one without its endings."""
    return _replaced(name, [STEM])


def sound(name: str) -> str:
    """Return the key of a folded name, word by word; "" where nothing is left."""
    return _replaced(name, [STEM, *FROM_FOREIGN, *TO_SOUND]).strip(" ")


def is_foreign(name: str) -> bool:
    """Return whether a name is written in another script than Latin."""
    return re.search(FOREIGN, name) is not None


def _replaced(name: str, steps: Sequence[tuple[str, str]]) -> str:
    for pattern, into in steps:
        name = re.sub(pattern, into, name)
    return name
