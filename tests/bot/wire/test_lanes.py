"""A lane knows how long the work in it takes, whatever holds it up."""

import asyncio

import pytest

from bot.wire.incoming import is_private_message, kind_of
from bot.wire.lanes import Kind, Lane, Pace


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_an_empty_lane_has_no_wait() -> None:
    assert Lane(4).expected_s == 0


def test_a_clip_is_waited_for_as_long_as_many_stills() -> None:
    stills, clips = Lane(4), Lane(4)
    for _ in range(100):
        stills.enter(Kind.STILL)
    for _ in range(10):
        clips.enter(Kind.CLIP)

    assert 2 < stills.expected_s < clips.expected_s < 5


@pytest.mark.parametrize("each_s", [0.01, 0.03, 0.3])
async def test_a_lane_learns_its_pace_while_somebody_waits(each_s: float) -> None:
    clock = Clock()
    lane = Lane(1, clock=clock)
    n = 200

    async def do() -> None:
        async with lane.slot(Kind.STILL):
            await asyncio.sleep(0)
            clock.now += each_s
        lane.leave(Kind.STILL)

    for _ in range(n):
        lane.enter(Kind.STILL)
    working = [asyncio.create_task(do()) for _ in range(n)]
    while clock.now < n * each_s / 2:  # noqa: ASYNC110 - the clock makes no event
        await asyncio.sleep(0)
    left_s, expected_s = n * each_s - clock.now, lane.expected_s
    await asyncio.gather(*working)

    assert expected_s == pytest.approx(left_s, rel=0.35)
    assert lane.expected_s == pytest.approx(0, abs=1e-9)


async def test_time_in_which_nobody_waits_teaches_nothing() -> None:
    clock = Clock()
    lane = Lane(2, clock=clock)
    lane.enter(Kind.STILL)
    before = lane.expected_s

    for _ in range(5):
        async with lane.slot(Kind.STILL):
            clock.now += 60

    assert lane.expected_s == before


async def test_lanes_side_by_side_learn_of_one_another() -> None:
    clock = Clock()
    together = Pace(clock)
    one, other = (Lane(1, together=together, clock=clock) for _ in range(2))

    async def do(lane: Lane) -> None:
        async with lane.slot(Kind.STILL):
            await asyncio.sleep(0)
            clock.now += 2 * Kind.STILL.value

    await asyncio.gather(*(do(lane) for lane in (one, other) for _ in range(100)))

    assert together.seconds_for(1) == pytest.approx(2, rel=0.1)
    assert one.seconds_for(1) == pytest.approx(4, rel=0.2)  # half of the time is the other's


def test_a_place_has_its_turn_once_what_came_before_has_left() -> None:
    lane = Lane(1)
    lane.enter(Kind.CLIP)
    place_s = lane.entered_s
    lane.enter(Kind.CLIP)

    assert lane.ahead_s(place_s) == pytest.approx(Kind.CLIP.value)
    lane.leave(Kind.CLIP)
    assert lane.ahead_s(place_s) == 0
    assert lane.work_s == pytest.approx(Kind.CLIP.value)


async def test_turns_are_given_in_the_order_of_arrival() -> None:
    lane, order = Lane(1), list[int]()

    async def do(number: int) -> None:
        async with lane.slot(Kind.WORDS):
            await asyncio.sleep(0)
            order.append(number)

    await asyncio.gather(*(do(number) for number in range(20)))

    assert order == list(range(20))


@pytest.mark.parametrize(
    ("update", "kind"),
    [
        ({"message": {"text": "sad"}}, Kind.WORDS),
        ({"message": {"photo": [{}]}}, Kind.STILL),
        ({"message": {"document": {"mime_type": "image/heic"}}}, Kind.STILL),
        ({"message": {"document": {"mime_type": "video/mp4"}}}, Kind.CLIP),
        ({"message": {"animation": {}, "document": {"mime_type": "video/mp4"}}}, Kind.CLIP),
        ({"message": {"video_note": {}}}, Kind.CLIP),
        ({"callback_query": {"data": "x"}}, Kind.WORDS),
        ({"message": None}, Kind.WORDS),
        ({"message": {"document": 5}}, Kind.WORDS),
        ({}, Kind.WORDS),
    ],
)
def test_what_an_update_asks_for_is_seen_before_it_is_read(
    update: dict[str, object], kind: Kind
) -> None:
    assert kind_of(update) is kind


@pytest.mark.parametrize(
    "update",
    [{}, {"message": 5}, {"message": {"chat": None}}, {"message": {"chat": {"type": "group"}}}],
)
def test_only_a_private_message_is_one(update: dict[str, object]) -> None:
    assert not is_private_message(update)
    assert is_private_message({"message": {"chat": {"type": "private"}}})
