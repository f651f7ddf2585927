"""In what encoding a text was written, told by its bytes."""

import codecs
import re

MARKS = {codecs.BOM_UTF8: "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
# The encodings of old programs that are still met; the detector chooses among them.
CANDIDATES = [
    "cp1250",
    "cp1251",
    "cp1252",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "cp874",
    "koi8_r",
    "mac_roman",
    "iso8859_2",
    "cp932",
    "euc_jp",
    "gb18030",
    "big5",
    "cp949",
]
# What the detector says of these holds; others it also says of Chinese and Japanese.
CERTAIN = frozenset(("cp1251", "koi8_r", "cp932", "gb18030", "cp949"))
# For each of these what its letters may be, and what some of them must be.
KANA, HAN, HANGUL = "\u3040-\u30ff", "\u4e00-\u9fff", "\uac00-\ud7a3"
EASTERN = {
    "euc_jp": (f"[{KANA}{HAN}\u3000-\u303f\uff01-\uff5e]", f"[{KANA}]"),
    "cp949": (f"[{HANGUL}\u3000-\u303f]", f"[{HANGUL}]"),
    "gb2312": (f"[{HAN}\u3000-\u303f\uff01-\uff5e]", f"[{HAN}]"),
    "big5": (f"[{HAN}\u3000-\u303f\uff01-\uff5e]", f"[{HAN}]"),
}
# More letters than this tell the detector nothing new.
ENOUGH_LETTERS = 1 << 14
# Letters and signs that Western languages use, and Eastern ones hardly.
WESTERN = frozenset(
    "àâäáãåçéèêëíîïñóôöõúûüßøæœÀÂÄÁÃÅÇÉÈÊËÍÎÏÑÓÔÖÕÚÛÜØÆŒ«»¡¿°·©®\xa0"
    "\u2019\u2018\u201c\u201d\u2013\u2014\u2026\xb4"  # quotes, dashes, accents
)
# Digits, signs and separators are the same everywhere and only hide what differs.
TABLE_SIGNS = re.compile(rb"[0-9.,;\t\"':/\-]+")  # none of them ends a letter of two bytes


def encoding_of(sample: bytes) -> str:
    """Return the name of the encoding that a sample of a text is in.

    UTF-8 and UTF-16 are told by their form, also without a mark; text that is UTF-8 but for a few
    bytes is UTF-8. Other encodings are guessed from the letters.
    """
    for mark, name in MARKS.items():
        if sample.startswith(mark):
            return name
    wide = _wide(sample)
    if wide is not None:
        return wide
    good, bad = utf8_counts(sample)
    return "utf-8" if good >= bad else guessed(sample)


def utf8_counts(sample: bytes) -> tuple[int, int]:
    """Return how many letters beyond ASCII are UTF-8, and how many bytes are not."""
    text = codecs.getincrementaldecoder("utf-8")(errors="replace").decode(sample)
    bad = text.count("\ufffd") - sample.count(b"\xef\xbf\xbd")
    beyond = len(text) - len(text.encode("ascii", errors="ignore"))
    return beyond - bad, bad


def guessed(sample: bytes) -> str:
    """Return the likeliest encoding of a text that is not Unicode; cp1252 where nothing tells."""
    from charset_normalizer import from_bytes  # a tenth of a second to load; few texts need it

    lines = [line for line in re.split(rb"[\r\n]+", sample) if not line.isascii()]
    letters = TABLE_SIGNS.sub(b" ", b"\n".join(lines)[:ENOUGH_LETTERS])
    best = from_bytes(letters, cp_isolation=list(CANDIDATES), preemptive_behaviour=False).best()
    if best is None or best.encoding not in CERTAIN:
        eastern = next((name for name in EASTERN if _is_eastern(letters, name)), None)
        if eastern is not None:
            return eastern
    if best is None:
        return "cp1252"
    # The two share most letters; the detector takes either for a text that is right in both.
    return "cp1252" if best.encoding == "cp1250" and _is_western(letters) else best.encoding


def _is_western(letters: bytes) -> bool:
    text = letters.decode("cp1252", errors="replace")
    return all(sign in WESTERN for sign in text if not sign.isascii())


def _is_eastern(letters: bytes, encoding: str) -> bool:
    """Return whether a text is right in an encoding of two bytes a letter."""
    may, must = EASTERN[encoding]
    try:
        beyond = [sign for sign in letters.decode(encoding) if not sign.isascii()]
    except UnicodeDecodeError:
        return False
    text = "".join(beyond)
    return bool(re.fullmatch(f"(?:{may})+", text)) and bool(re.search(must, text))


def _wide(sample: bytes) -> str | None:
    """Return which UTF-16 a text without a mark is: every other byte of its digits is zero."""
    head = sample[:4096]
    if len(head) < 8:
        return None
    even, odd = head[::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > half / 4 and even < odd / 8:
        return "utf-16-le"
    if even > half / 4 and odd < even / 8:
        return "utf-16-be"
    return None
