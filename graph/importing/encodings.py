"""The encoding of a text, detected from its bytes."""

import codecs
import re

MARKS = {codecs.BOM_UTF8: "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
# Legacy encodings that are still in use; the detector chooses among them.
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
# For these the detector is reliable; the others it also reports for Chinese and Japanese.
CERTAIN = frozenset(("cp1251", "koi8_r", "cp932", "gb18030", "cp949"))
# For each two-byte encoding: the characters it may have, and those of which it must have some.
KANA, HAN, HANGUL = "\u3040-\u30ff", "\u4e00-\u9fff", "\uac00-\ud7a3"
EASTERN = {
    "euc_jp": (f"[{KANA}{HAN}\u3000-\u303f\uff01-\uff5e]", f"[{KANA}]"),
    "cp949": (f"[{HANGUL}\u3000-\u303f]", f"[{HANGUL}]"),
    "gb2312": (f"[{HAN}\u3000-\u303f\uff01-\uff5e]", f"[{HAN}]"),
    "big5": (f"[{HAN}\u3000-\u303f\uff01-\uff5e]", f"[{HAN}]"),
}
# Characters beyond ASCII that are enough for the detector.
ENOUGH_LETTERS = 1 << 14
# Letters and signs of Western European languages that Central European ones hardly use.
WESTERN = frozenset(
    "àâäáãåçéèêëíîïñóôöõúûüßøæœÀÂÄÁÃÅÇÉÈÊËÍÎÏÑÓÔÖÕÚÛÜØÆŒ«»¡¿°·©®\xa0"
    "\u2019\u2018\u201c\u201d\u2013\u2014\u2026\xb4"  # quotes, dashes, accents
)
# Digits and separators are equal in all encodings and dilute the statistics.
TABLE_SIGNS = re.compile(rb"[0-9.,;\t\"':/\-]+")  # none of them ends a letter of two bytes


def encoding_of(sample: bytes) -> str:
    """Return the name of the encoding of a sample of text.

    UTF-8 and UTF-16 are recognised by their structure, also without a byte order mark; text with a
    few bytes that are no UTF-8 still counts as UTF-8. Other encodings are guessed.
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
    """Return the number of non-ASCII characters in UTF-8, and of bytes that are no UTF-8."""
    text = codecs.getincrementaldecoder("utf-8")(errors="replace").decode(sample)
    bad = text.count("\ufffd") - sample.count(b"\xef\xbf\xbd")
    beyond = len(text) - len(text.encode("ascii", errors="ignore"))
    return beyond - bad, bad


def guessed(sample: bytes) -> str:
    """Return the likeliest encoding of a text that is not Unicode; cp1252 if none is found."""
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
    # These two share most letters, and the detector may report either for text valid in both.
    return "cp1252" if best.encoding == "cp1250" and _is_western(letters) else best.encoding


def _is_western(letters: bytes) -> bool:
    text = letters.decode("cp1252", errors="replace")
    return all(sign in WESTERN for sign in text if not sign.isascii())


def _is_eastern(letters: bytes, encoding: str) -> bool:
    """Return whether a text is plausible in a two-byte encoding."""
    may, must = EASTERN[encoding]
    try:
        beyond = [sign for sign in letters.decode(encoding) if not sign.isascii()]
    except UnicodeDecodeError:
        return False
    text = "".join(beyond)
    return bool(re.fullmatch(f"(?:{may})+", text)) and bool(re.search(must, text))


def _wide(sample: bytes) -> str | None:
    """Return the byte order of UTF-16 without a mark: every other byte of ASCII signs is zero."""
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
