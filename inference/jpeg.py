"""Where the picture in a JPEG file ends, and what comes after it.

Phones append a clip to a photo ("motion photo"), and some programs lose the end mark.
Source: ITU-T T.81, annex B.
"""

import re
from typing import NamedTuple

from inference.errors import UnreadableError

START, END = b"\xff\xd8", b"\xff\xd9"
START_OF_SCAN = 0xDA
# A progressive JPEG has some ten scans; every further one makes the decoder walk the whole picture
# again, so that 20 MB of scans would keep it busy for many minutes.
MAX_SCANS = 100
# A marker; neither a stuffed zero, nor a fill byte, nor a restart within a scan.
MARKER = re.compile(rb"\xff([^\x00\x01\xff\xd0-\xd7])")
# What is put in the place of missing data: bits that no Huffman table reads as nothing.
STAND_IN = b"\x5a\xa5\x3c\x96" * 64


class JpegBody(NamedTuple):
    """The picture of a JPEG file.

    Attributes:
        content: From the start mark to the end mark.
        ended: Whether the file had the end mark; where not, it was added.
    """

    content: bytes
    ended: bool

    def with_more_data(self) -> bytes:
        """Return the picture with other data before the end mark.

        A decoder that had all data for its pixels pays no attention to more of it.
        """
        return self.content[:-2] + STAND_IN + END


def jpeg_body(content: bytes) -> JpegBody:
    """Return the bytes of the picture alone.

    Raises:
        UnreadableError: More scans than any encoder writes.
    """
    place, scans = len(START), 0
    while (marker := MARKER.search(content, place)) is not None:
        (kind,) = marker[1]
        if kind == END[1]:
            return JpegBody(content[: marker.end()], ended=True)
        scans += kind == START_OF_SCAN
        if scans > MAX_SCANS:
            raise UnreadableError(f"expected at most {MAX_SCANS} scans in a JPEG")
        place = marker.end() + max(int.from_bytes(content[marker.end() : marker.end() + 2]), 2)
    return JpegBody(content.rstrip(b"\xff") + END, ended=False)
