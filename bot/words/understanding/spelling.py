"""The one spelling in which words are compared, in every script."""
# ruff: noqa: RUF001 - letters as they are written

import re
import unicodedata

# Characters that are searched: of a longer text only the beginning and the end.
MAX_LENGTH = 400
# Skin tones (Unicode Technical Standard 51, section 2.4) and the two variation selectors.
EMOJI_MODIFIERS = re.compile("[\U0001f3fb-\U0001f3ff\ufe0e\ufe0f]")
# Accents that people leave out, but not the diaeresis: German "schön" is not "schon". Arabic
# vowel marks and the tatweel, and the dot below of Devanagari, are left out as often.
MARKS = re.compile("[\u0300-\u0307\u0309-\u036f\u0640\u064b-\u0652\u0670\u093c]")
# Letters that are written for each other.
SAME = str.maketrans(
    {
        "ё": "е",
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ى": "ي",
        "ة": "ه",
        "ؤ": "و",
        "ئ": "ي",
        "ـ": None,
    }
)
APOSTROPHES = re.compile("['`\u00b4\u02bc\u2018\u2019]")
# Letters, digits, and the signs that are part of a word in Devanagari: to `re` they are not.
LETTER = r"[^\W_\u3040-\u30ff\u3400-\u9fff]|[\u0900-\u0963\u0966-\u096f]"
# Kana and Han, which are written without spaces between words.
UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
WORD = re.compile(f"(?:{LETTER})+")
# Marks that end a clause.
STOPS = re.compile(r"[.!?;:,\n…—–()।،؛؟、。！？]+")


def plain(text: str) -> str:
    """Return text in the spelling in which words and emoji are compared.

    Case, accents, skin tones and apostrophes do not count: "I'm" is "i m".
    """
    if len(text) > MAX_LENGTH:
        text = f"{text[: MAX_LENGTH // 2]}. {text[-MAX_LENGTH // 2 :]}"
    text = unicodedata.normalize("NFKC", text).casefold().translate(SAME)
    text = MARKS.sub("", unicodedata.normalize("NFD", EMOJI_MODIFIERS.sub("", text)))
    text = APOSTROPHES.sub(" ", unicodedata.normalize("NFC", text))
    text = re.sub(r"\s*\n\s*", ". ", text)
    return " ".join(text.split())


def unstretched(text: str) -> tuple[str, ...]:
    """Return what a plain text may mean that stretches its letters: "goooood", "saaad"."""
    once = re.sub(r"([^\W\d_])\1{2,}", r"\1", text)
    return (text,) if once == text else (re.sub(r"([^\W\d_])\1{2,}", r"\1\1", text), once)
