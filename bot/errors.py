"""The base of every error that `bot` raises, and the kind that the operator can mend."""


class BotError(Exception):
    """Something in `bot` could not be done; the class says whose fault it is."""


class OperatorError(BotError):
    """The set-up is wrong; the message says what to change. Ends the program with exit status 1."""
