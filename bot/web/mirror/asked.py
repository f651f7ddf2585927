"""What the page may ask, checked: seven numbers, an aim, a rating. Nothing of a picture."""

import json
from dataclasses import dataclass
from typing import Any

from bot.errors import BotError
from graph.choosing.recommend import Aim
from inference.emotions import EMOTIONS, EmotionScores

MAX_BYTES = (
    4096  # the largest honest request has some 300; scores of a mood are no room for a frame
)
MAX_ID = 2**63 - 1
REQUEST_CHARACTERS = 64


class AskedError(BotError):
    """The request is none that the page makes."""


@dataclass(frozen=True, slots=True)
class SongsAsked:
    """A wish for songs: for a mood, or others for the mood of an earlier suggestion.

    Attributes:
        request: A number of the page's own: the same one has the same answer.
        to_chat: Whether the songs shall also come in the chat.
    """

    request: str
    aim: Aim
    to_chat: bool
    scores: EmotionScores | None = None
    like: int | None = None


@dataclass(frozen=True, slots=True)
class RatingAsked:
    """What a person thinks of a song; None takes it back."""

    suggestion_id: int
    position: int
    liked: bool | None


def read_object(content: bytes) -> dict[str, Any]:
    """Return a JSON object.

    Raises:
        AskedError: It is none, or larger than any that the page sends.
    """
    if len(content) > MAX_BYTES:
        raise AskedError(f"expected at most {MAX_BYTES} bytes")
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise AskedError("expected JSON") from None
    if not isinstance(found, dict):
        raise AskedError("expected a JSON object")
    return found


def read_songs(content: bytes) -> SongsAsked:
    """Return a wish for songs.

    Raises:
        AskedError: A field is missing, unknown, or not what it should be.
    """
    body = read_object(content)
    request, to_chat = body.pop("request", None), body.pop("to_chat", False)
    if not isinstance(request, str) or not 1 <= len(request) <= REQUEST_CHARACTERS:
        raise AskedError("expected the request's own number")
    if not isinstance(to_chat, bool):
        raise AskedError("expected to_chat to be true or false")
    try:
        aim = Aim(body.pop("aim", Aim.MATCH))
    except ValueError:
        raise AskedError("expected an aim") from None
    match body:
        case {"scores": scores, **rest} if not rest:
            return SongsAsked(request, aim, to_chat, scores=read_scores(scores))
        case {"like": like, **rest} if not rest:
            return SongsAsked(request, aim, to_chat, like=_whole(like, MAX_ID))
    raise AskedError("expected scores or like, and nothing else")


def read_scores(value: object) -> EmotionScores:
    """Return probabilities.

    Raises:
        AskedError: They are none: not seven numbers from 0 to 1 by name that sum to 1.
    """
    names = [emotion.value for emotion in EMOTIONS]
    if not isinstance(value, dict) or set(value) != set(names):
        raise AskedError("expected seven scores by name")
    numbers = [value[name] for name in names]
    if any(type(number) not in (int, float) for number in numbers):
        raise AskedError("expected scores that are numbers")
    try:
        return EmotionScores(tuple(map(float, numbers)))
    except (ValueError, OverflowError) as error:
        raise AskedError(str(error)) from None


def read_rating(content: bytes) -> RatingAsked:
    """Return a rating.

    Raises:
        AskedError: A field is missing, unknown, or not what it should be.
    """
    body = read_object(content)
    if set(body) != {"suggestion", "position", "liked"}:
        raise AskedError("expected suggestion, position and liked")
    liked = body["liked"]
    if liked is not None and not isinstance(liked, bool):
        raise AskedError("expected liked to be true, false or null")
    return RatingAsked(_whole(body["suggestion"], MAX_ID), _whole(body["position"], 255), liked)


def _whole(value: object, most: int) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise AskedError(f"expected a whole number up to {most}")
    return value
