"""Data of pressed buttons: decoded to what writes the same data, or refused."""

from collections.abc import Callable
from contextlib import suppress

from hypothesis import strategies as st

from bot.screens.presses import MAX_DATA_BYTES, CallbackDataError, decode, encode
from tests.fuzz.surface import Surface

# One of each kind, of which most change a single character into something that looks right.
SEEDS = (
    "p:1:rate", "r:12:t:1", "n:12:t", "m:7", "a:7:lift", "c:7:sad", "w:7", "s:7:list",
    "mood:happy", "g:2", "h:0:14", "e:5", "d:5:2", "v:chart:30", "f:1", "k:1", "t:3:1",
    "set:0", "o:language", "val:language:3", "x:1", "q:9:1", "off:3:add",
)  # fmt: skip


def surface(_: tuple[bytes, ...]) -> Surface:
    """Return the surface; it starts from data of every kind of button."""
    part = st.one_of(
        st.sampled_from(sorted({part for seed in SEEDS for part in seed.split(":")})),
        st.integers(-(2**70), 2**70).map(str),
        st.text(max_size=12),
    )
    made_up = st.lists(part, max_size=6).map(":".join)
    return Surface(inputs=st.one_of(made_up, st.sampled_from(SEEDS), st.text()), open=open_presses)


def open_presses() -> Callable[[str], None]:
    """Return the check of one button's data."""

    def check(data: str) -> None:
        with suppress(CallbackDataError):
            press = decode(data)
            again = encode(press)
            assert decode(again) == press
            assert len(again.encode()) <= MAX_DATA_BYTES

    return check
