"""Why a picture or a clip gives no reading. Each class is the fault of the media, not of us."""

from typing import ClassVar


class InferenceError(Exception):
    """The media gives no reading; `code` is its stable name for programs."""

    code: ClassVar[str]


class NoFaceError(InferenceError):
    """The media was read and no face was found in it."""

    code = "no_face"


class TooDarkError(NoFaceError):
    """No face was found, and the picture is so dark that none could be."""


class UnreadableError(InferenceError):
    """The bytes are no picture and no clip, or are damaged."""

    code = "unreadable"


class TooLargeError(InferenceError):
    """More bytes or pixels than are read."""

    code = "too_large"


class TooLongError(InferenceError):
    """The clip lasts longer than is read."""

    code = "too_long"


class UnsupportedError(InferenceError):
    """A known format that is not read here."""

    code = "unsupported"


class BusyError(InferenceError):
    """The queue is full: nothing is wrong with the media, and it may be sent again."""

    code = "busy"


class ModelError(Exception):
    """A network's file is missing or is not the expected one: the operator's to mend."""
