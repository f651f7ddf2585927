"""The parts of one local chat, handed to every method of its Bot API."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.localchat.conversation import Conversation
from bot.localchat.params import Params
from bot.localchat.profile import Profile
from bot.localchat.webhook import Webhook


@dataclass(frozen=True, slots=True)
class Desk:
    """What the methods work on."""

    conversation: Conversation
    profile: Profile
    webhook: Webhook


Method = Callable[[Desk, Params], Awaitable[object]]
"""Returns the `result` of the answer, or raises RefusedError."""
