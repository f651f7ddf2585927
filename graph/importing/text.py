"""A text file of any encoding as pieces of text; a truncated file ends where it breaks off."""

import codecs
import io
from collections.abc import Callable, Iterator
from typing import Any

from graph.errors import CatalogueError
from graph.importing.encodings import encoding_of, guessed, utf8_counts

# The head is enough for the header and for detecting the encoding; a block is read at once.
HEAD_BYTES = 1 << 18
BLOCK_BYTES = 1 << 22
# In a truncated compressed stream, the piece with the end is lost.
PIECE_BYTES = 1 << 14
# Tables of songs compress to a third or a tenth. A file that unpacks to more than this many times
# its size is refused as a decompression bomb, unless it unpacks to few bytes.
MOST_UNPACKED, UNPACKED_BYTES = 100, 1 << 26
# Characters; the longest lines of 787 public tables have some ten thousand.
MAX_LINE = 1 << 21
# U+FFFD that an earlier program encoded twice.
REPLACED_BEFORE = "\u00ef\u00bf\u00bd"


class Text:
    """The text of a file that is being read.

    Attributes:
        head: Its beginning, by which its format is recognised.
        encoding: Detected where nobody stated it.
        damaged: Characters that could not be decoded and were replaced by U+FFFD.
        cut_short: Whether the file is truncated; the text before the end was read.
    """

    def __init__(
        self, read: Callable[[int], bytes], packed: Callable[[], int] | None, encoding: str | None
    ) -> None:
        """Read the head and determine the encoding.

        Args:
            read: Takes a number of bytes and returns that many at most; none at the end.
            packed: Returns how many bytes of a compressed file were read so far; None for others.
            encoding: As a person stated it; None to detect it.
        """
        self._read, self._packed = read, packed
        self._told = encoding is not None
        self._unpacked = 0
        self.cut_short = False
        self.damaged = 0
        first = self._bytes(HEAD_BYTES)
        self.encoding = encoding or encoding_of(first)
        self._decoder = codecs.getincrementaldecoder(self.encoding)(errors="replace")
        self._is_plain = first.isascii()
        # Old Macs ended lines with a carriage return alone.
        self._only_cr = b"\r" in first and b"\n" not in first
        self.head = self._decoded(first, final=len(first) < HEAD_BYTES)

    def pieces(self) -> Iterator[str]:
        """Yield the whole text, the head first.

        Raises:
            CatalogueError: It unpacks to too many bytes.
        """
        yield self.head
        while block := self._bytes(BLOCK_BYTES):
            yield self._decoded(block)
        yield self._decoded(b"", final=True)

    def _decoded(self, block: bytes, *, final: bool = False) -> str:
        if self._is_plain and not block.isascii():
            self._is_plain = False
            self._settle(block)
        text = self._decoder.decode(block, final)
        self.damaged += text.count("\ufffd") + text.count(REPLACED_BEFORE)
        return text.replace("\r", "\n") if self._only_cr else text

    def _settle(self, block: bytes) -> None:
        """Detect the encoding again, where the first non-ASCII characters come after the head."""
        good, bad = utf8_counts(block)
        if bad > good and self.encoding == "utf-8" and not self._told:
            self.encoding = guessed(block)
            self._decoder = codecs.getincrementaldecoder(self.encoding)(errors="replace")

    def _bytes(self, size: int) -> bytes:
        pieces: list[bytes] = []
        try:
            while size > 0 and (piece := self._read(min(size, PIECE_BYTES))):
                pieces.append(piece)
                size -= len(piece)
        except (OSError, EOFError):  # a compressed stream that ends in the middle
            self.cut_short = True
        self._unpacked += sum(map(len, pieces))
        self._check_size()
        return b"".join(pieces)

    def _check_size(self) -> None:
        if self._packed is None or self._unpacked < UNPACKED_BYTES:
            return
        packed = max(self._packed(), 1)
        if self._unpacked > MOST_UNPACKED * packed:
            raise CatalogueError(
                f"expected a table, found {packed:,} bytes that unpack to more than "
                f"{self._unpacked:,}: this is no table of songs"
            )


def lines_of(pieces: Iterator[str]) -> Iterator[list[str]]:
    """Yield the lines of a text, many at a time, without line ends.

    Raises:
        CatalogueError: A line has more than `MAX_LINE` characters.
    """
    rest = ""
    for piece in pieces:
        lines = (rest + piece).split("\n")
        rest = lines.pop()
        if len(rest) > MAX_LINE or any(len(line) > MAX_LINE for line in lines):
            raise CatalogueError(f"expected lines of at most {MAX_LINE:,} letters, found a longer")
        yield lines
    if rest:
        yield [rest]


class ByteStream(io.RawIOBase):
    """A readable file over an iterator of bytes."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        """Take the pieces as they come."""
        super().__init__()
        self._pieces = pieces
        self._ready = b""

    def readable(self) -> bool:
        """Say that this can be read."""
        return True

    def readinto(self, buffer: Any) -> int:  # typeshed's WriteableBuffer exists in stubs alone
        """Fill the buffer with the next bytes and return how many there were; 0 at the end."""
        while not self._ready:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._ready = piece
        taken = self._ready[: len(buffer)]
        self._ready = self._ready[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)
