"""What the local Bot API refuses, in the words Telegram uses for it."""


class LocalChatError(Exception):
    """Base of everything this package raises."""


class RefusedError(LocalChatError):
    """A call of the bot is refused; the caller gets status and description as an answer."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        """Keep what the caller gets.

        Args:
            status: HTTP's.
            description: In Telegram's words.
            parameters: As the Bot API's ResponseParameters names them.
        """
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


class GarbageError(LocalChatError):
    """Something between the bot and Telegram answers with a page of its own."""


def bad_request(reason: str) -> RefusedError:
    """Return Telegram's most frequent refusal: 400 with a reason after a fixed beginning."""
    return RefusedError(400, f"Bad Request: {reason}")


class SpecViolationError(LocalChatError):
    """Requests or updates did not follow the Bot API's description; the message lists them."""


class PressError(LocalChatError):
    """A person presses what is not there: no such message, or no such button under it."""


class WaitError(LocalChatError):
    """The bot did not do in time what a driver waited for; the message says what it did do."""
