"""Which packets of a clip have to be decoded for frames spread evenly over it.

A packet holds one coded frame; packets are in decoding order. A keyframe needs no other frame, so
it costs one packet; any other frame costs all packets from the last keyframe on.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

FRAMES = 16


class Sample(NamedTuple):
    """One frame to decode from a clip.

    Attributes:
        second: Its time: the first frame at or after it is taken.
        start: The packet to decode from: the last keyframe at or before that time.
        is_key: Whether that keyframe is the frame itself.
    """

    second: float
    start: int
    is_key: bool


def length_of(seconds: Sequence[float]) -> float:
    """Return the duration in seconds, from the first frame's time to the end of the last frame."""
    if len(seconds) < 2:
        return 0.0
    times = np.sort(seconds)
    return float(times[-1] - times[0] + np.median(np.diff(times)))


def samples_of(
    seconds: Sequence[float], keys: Sequence[bool], shown: Sequence[bool]
) -> list[Sample]:
    """Return a frame from each of `FRAMES` equal parts of the clip; a part may have none.

    It is a keyframe where the part has one, since that is cheap; else the part's first frame.

    Args:
        seconds: (n,), presentation time of each packet's frame, from 0.
        keys: (n,), whether it is a keyframe.
        shown: (n,), whether it is presented: an edit list may hide the beginning of a clip.
    """
    times, is_key, is_shown = np.asarray(seconds), np.asarray(keys, bool), np.asarray(shown, bool)
    length_s = length_of(times[is_shown])
    part = np.zeros(len(times), int)
    if length_s:
        part = np.clip((FRAMES * times / length_s).astype(int), 0, FRAMES - 1)
    samples = []
    for number in range(FRAMES):
        inside = is_shown & (part == number)
        if inside.any():
            second = float(times[inside & is_key if (inside & is_key).any() else inside].min())
            before = np.flatnonzero(is_key & (times <= second))
            start = int(before[-1]) if len(before) else 0
            samples.append(Sample(second, start, bool(times[start] == second and is_key[start])))
    return samples
