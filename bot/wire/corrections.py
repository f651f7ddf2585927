"""Which answer belongs to the last words of somebody, while they may still be corrected."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.wire.limits import remember

FRESH = timedelta(minutes=5)  # who finds a slip, finds it soon


@dataclass(frozen=True, slots=True)
class Answered:
    """The last words of each person in each chat, and what answered them.

    In memory only: after a restart, and by another worker, a correction is not answered.
    """

    _last: OrderedDict[tuple[int, int], tuple[int, int, datetime]] = field(
        default_factory=OrderedDict
    )

    def note(
        self, user_id: int, chat_id: int, message_id: int, *, answer_id: int, at: datetime
    ) -> None:
        """Remember which message of ours answers somebody's last words in a chat."""
        remember(self._last, (user_id, chat_id), (message_id, answer_id, at))

    def answer_to(self, user_id: int, chat_id: int, message_id: int, *, at: datetime) -> int | None:
        """Return which message answered some words; None if they are not the last or too old."""
        last, answer_id, noted = self._last.get((user_id, chat_id), (None, None, at))
        return answer_id if last == message_id and at - noted <= FRESH else None
