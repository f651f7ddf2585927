"""Threads for a database: in the order in which they are asked, but what is urgent goes first."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

T = TypeVar("T")


class Threads(Generic[T]):
    """Runs functions that all return the same kind of thing."""

    def __init__(self, n: int, name: str) -> None:
        """Allow `n` threads; they begin with the first work."""
        self._pool = ThreadPoolExecutor(n, name)
        self._first = deque[tuple[Callable[[], T], Future[T]]]()
        self._others = deque[tuple[Callable[[], T], Future[T]]]()

    def submit(self, work: Callable[[], T], *, first: bool = False) -> Future[T]:
        """Return what will hold the result of `work`.

        Args:
            work: What to run.
            first: Whether it goes before all that is not urgent and waits.
        """
        answer = Future[T]()
        (self._first if first else self._others).append((work, answer))
        self._pool.submit(self._run_next)  # as often as there is work, so none is left
        return answer

    def shutdown(self) -> None:
        """Return when all is done that was asked for."""
        self._pool.shutdown()

    def _run_next(self) -> None:
        try:
            work, answer = self._first.popleft()
        except IndexError:
            work, answer = self._others.popleft()
        if not answer.set_running_or_notify_cancel():
            return
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 - the caller's, this thread carries it over
            answer.set_exception(error)
        else:
            answer.set_result(result)
