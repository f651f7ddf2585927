from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.fuzz.changes import Change, apply
from tests.fuzz.faulty import open_faulty
from tests.fuzz.surface import SURFACES, Surface, surface_of
from tests.fuzz.watched import Watched


@pytest.mark.parametrize("name", SURFACES)
def test_changed_inputs_are_answered_or_refused(name: str):
    surface = surface_of(name)
    check = surface.open()

    @settings(
        max_examples=20,
        derandomize=True,
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(surface.inputs)
    def each(value: object) -> None:
        check(value)

    each()


@pytest.fixture(scope="module")
def watched() -> Iterator[Watched]:
    process = Watched(Surface(st.text(), open_faulty, limit_s=0.1, limit_mb=50))
    yield process
    process.close()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("raises", "LookupError: made on purpose"),
        ("crashes", "crashes: the process ended with -6"),
        ("takes long", "hangs"),
        ("takes memory", "MB"),
    ],
)
def test_faults_are_told_and_the_next_input_is_checked(watched: Watched, name: str, told: str):
    faulty, sound = watched.check(name), watched.check("sound")

    assert told in faulty.fault
    assert sound.fault == ""


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (Change("write", 0.5, 9, b"xy"), b"abxy"),
        (Change("insert", 0.5, 9, b"xy"), b"abxycd"),
        (Change("remove", 0.25, 2, b""), b"ad"),
        (Change("double", 0.0, 2, b""), b"ababcd"),
        (Change("cut", 0.5, 9, b""), b"ab"),
    ],
)
def test_change_does_what_its_kind_says(change: Change, expected: bytes):
    assert apply(b"abcd", [change]) == expected
