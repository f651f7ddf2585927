from threading import Event

import pytest

from bot.storage.threads import Threads


def failing() -> str:
    raise ValueError("expected to fail")


def test_what_is_urgent_goes_first() -> None:
    threads, begin, order = Threads[None](1, "test"), Event(), list[str]()

    def hold() -> None:
        begin.wait(5)

    threads.submit(hold)
    threads.submit(lambda: order.append("one"))
    threads.submit(lambda: order.append("two"))
    threads.submit(lambda: order.append("urgent"), first=True)
    begin.set()
    threads.shutdown()

    assert order == ["urgent", "one", "two"]


def test_an_error_is_the_callers_and_the_next_goes_on() -> None:
    threads = Threads[str](1, "test")

    failed, well = threads.submit(failing), threads.submit(lambda: "well")

    with pytest.raises(ValueError, match="expected to fail"):
        failed.result(5)
    assert well.result(5) == "well"
    threads.shutdown()


def test_what_nobody_waits_for_any_more_is_not_begun() -> None:
    threads, begin, done = Threads[None](1, "test"), Event(), list[str]()

    def hold() -> None:
        begin.wait(5)

    threads.submit(hold)
    given_up = threads.submit(lambda: done.append("given up"))
    threads.submit(lambda: done.append("kept"))
    given_up.cancel()
    begin.set()
    threads.shutdown()

    assert done == ["kept"]
