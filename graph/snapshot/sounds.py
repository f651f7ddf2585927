"""How names sound, roughly: one key for "Земфиру" and "Земфира", "लता मंगेशकर" and "Lata Mangeshkar".

Scripts write vowels differently or not at all, and languages inflect names, so a key holds the
consonants alone, in nine classes. Keys are for telling who may be meant; whoever uses them checks
that one name only has the key.
"""
# ruff: noqa: RUF001 - letters as they are written

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

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
    ("c([eiy])", "s${1}"),
    ("x", "ks"),
    ("[gcq]", "k"),
    ("d", "t"),
    ("z", "s"),
    ("l", "r"),
    ("[bfvw]", "p"),
    ("C", "c"),
)
KATAKANA = 0x60  # letters from hiragana to katakana
SILENT = r"[^kstnmrpjc ]+"
# Endings of Russian names and adjectives by case, after what `folded` does: "й" is "и".
ENDINGS = (
    "ого|его|ому|ему|ыми|ими|ами|ями|ои|еи|ою|ею|ом|ем|ым|им|ых|их|ую|юю|ая|яя|ое|ее|ов|ев|ам|ям|"
    "ах|ях|ия|ию|ии|ыи|[аяуюыиеьо]"
)
INFLECTED = rf"(\p{{Cyrillic}}{{2,}}?)(?:{ENDINGS})( |$)"
VOICED = (
    "[ハヒフヘホはひふへほ][\u3099\u309a]"  # of these kana, "b" and "p", after what `folded` does
)
FOREIGN = r"[^\x00-\x{024f}]"


def stems(names: pa.StringArray) -> pa.StringArray:
    """Return folded names, the Russian ones without their endings."""
    return pc.replace_substring_regex(names, INFLECTED, r"\1\2")


def sounds(names: pa.StringArray) -> pa.StringArray:
    """Return the keys of folded names, word by word; "" where nothing is left."""
    keys = stems(names)
    if pc.any(pc.match_substring_regex(keys, FOREIGN)).as_py():
        keys = pc.replace_substring_regex(keys, VOICED, "p")
        for into, letters in CLASSES.items():
            kana = "".join(chr(ord(sign) + KATAKANA) for sign in letters if "ぁ" <= sign <= "ん")
            keys = pc.replace_substring_regex(keys, f"[{letters}{kana}]", into)
    for pattern, into in LATIN:
        keys = pc.replace_substring_regex(keys, pattern, into.replace("${1}", r"\1"))
    keys = pc.replace_substring_regex(keys, SILENT, "")
    for letter in "kstnmrpjc":
        keys = pc.replace_substring_regex(keys, f"{letter}{{2,}}", letter)
    keys = pc.replace_substring(keys, "nk", "n")  # सिंह is Singh
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(keys, " +", " "))


def is_foreign(names: pa.StringArray) -> pa.BooleanArray:
    """Return which names are written in another script than Latin."""
    return pc.match_substring_regex(names, FOREIGN)
