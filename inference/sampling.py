"""Which packets of a clip have to be decoded for pictures spread evenly over it.

A packet is one coded picture. Packets stand in the order of decoding; a key picture needs no other
one. Decoding begins at a key and takes every packet from there, so a picture that is a key costs
one packet, and any other one all those back to its key.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

FRAMES = 16


class Sample(NamedTuple):
    """One picture to be had from a clip.

    Attributes:
        second: The first picture at this time or after it is meant.
        start: Where decoding may begin: the packet of the last key at or before that time.
        is_key: Whether that key is the picture itself.
    """

    second: float
    start: int
    is_key: bool


def length_of(seconds: Sequence[float]) -> float:
    """Return how long the pictures last: from the first one's time to the end of the last one."""
    if len(seconds) < 2:
        return 0.0
    times = np.sort(seconds)
    return float(times[-1] - times[0] + np.median(np.diff(times)))


def samples_of(
    seconds: Sequence[float], keys: Sequence[bool], shown: Sequence[bool]
) -> list[Sample]:
    """Return one picture for each of `FRAMES` equal parts of the clip that has any.

    A part with a key gives that, since it is cheap; any other one its first picture.

    Args:
        seconds: (n,), when each packet's picture is shown, from 0.
        keys: (n,), whether it is a key.
        shown: (n,), whether it is shown at all: an edited clip may hide its beginning.
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
