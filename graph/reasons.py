"""Why a track was picked, as values taken from the computation that picked it."""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from graph.anchors import LEADS, ZONES, zones
from graph.store import Snapshot
from graph.tracks import Track
from inference.emotions import EMOTIONS, Emotion, EmotionScores


class Trait(StrEnum):
    """Something one can hear or know of a song."""

    BRIGHT = "bright"
    DARK = "dark"
    LIVELY = "lively"
    GENTLE = "gentle"
    DANCEABLE = "danceable"
    ACOUSTIC = "acoustic"
    INSTRUMENTAL = "instrumental"
    FAST = "fast"
    SLOW = "slow"
    SAME_GENRE = "same_genre"
    SAME_DECADE = "same_decade"
    SAME_LANGUAGE = "same_language"


class Because(StrEnum):
    """What brought a track into the list."""

    ZONE = "zone"
    LIKED = "liked"
    BRIDGE = "bridge"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a track was picked.

    Attributes:
        kind: It suits the feeling, a liked track led there, it is a step on the way, or it suits
            the feeling and tries what nothing has been said of yet.
        emotion: The feeling it suits; on a bridge the feeling at this step.
        via: The liked track from which most walks came by; only for `liked`.
        traits: What marks it out, or what it shares with `via`; the clearest first, at most three.
    """

    kind: Because
    emotion: Emotion
    via: Track | None = None
    traits: tuple[Trait, ...] = ()


SHARED = {
    Trait.SAME_GENRE: "of the same genre",
    Trait.SAME_DECADE: "of the same decade",
    Trait.SAME_LANGUAGE: "in the same language",
}
# Feature, and the trait at its upper and lower end.
ENDS = {
    "valence": (Trait.BRIGHT, Trait.DARK),
    "energy": (Trait.LIVELY, Trait.GENTLE),
    "danceability": (Trait.DANCEABLE, None),
    "acousticness": (Trait.ACOUSTIC, None),
    "instrumentalness": (Trait.INSTRUMENTAL, None),
    "tempo": (Trait.FAST, Trait.SLOW),
}
# In deviations: beyond this a song stands out among all others, about one in four.
CLEAR = 0.7
MOST = 3
NO_WORDS = "zxx"  # ISO 639-2: no linguistic content


def for_zone(snapshot: Snapshot, node: int, scores: EmotionScores) -> Reason:
    """Return the emotion from which most walks came to the node, and what marks it out."""
    parts = snapshot.shares[node] * np.array(scores.probabilities)
    emotion = EMOTIONS[int(np.argmax(parts))]
    return Reason(Because.ZONE, emotion, traits=_marks(snapshot, node)[:MOST])


def for_new(snapshot: Snapshot, node: int, scores: EmotionScores) -> Reason:
    """Return that a node is worth a try for the feeling, and what marks it out."""
    return replace(for_zone(snapshot, node, scores), kind=Because.NEW)


def for_liked(snapshot: Snapshot, row: int, via: int, scores: EmotionScores) -> Reason:
    """Return the liked row that led to a row, and what the two share."""
    track, liked = snapshot.track_at(row), snapshot.track_at(via)
    node, other = snapshot.nodes(np.array([row, via])).tolist()
    shared = [trait for trait in _marks(snapshot, node) if trait in _marks(snapshot, other)]
    known = [
        trait
        for trait, here, there in (
            (Trait.SAME_GENRE, track.genre, liked.genre),
            (Trait.SAME_LANGUAGE, _sung(track), _sung(liked)),
            (Trait.SAME_DECADE, track.decade, liked.decade),
        )
        if here is not None and here == there
    ]
    emotion = for_zone(snapshot, node, scores).emotion
    return Reason(Because.LIKED, emotion, liked, tuple((shared[:2] + known)[:MOST]))


def _sung(track: Track) -> str | None:
    """Return the language of a song; None for one without words, which shares no language."""
    return None if track.language == NO_WORDS else track.language


def for_bridge(snapshot: Snapshot, node: int) -> Reason:
    """Return the feeling at a step of the way: that of the zone where the song lies."""
    zone = ZONES[int(zones(snapshot.sides[[node]])[0])]
    return Reason(Because.BRIDGE, LEADS[zone], traits=_marks(snapshot, node)[:MOST])


def in_words(reason: Reason) -> str:
    """Return a reason as a few plain English words."""
    heard = ", ".join(SHARED.get(trait, trait.value) for trait in reason.traits)
    match reason.kind:
        case Because.LIKED if reason.via is not None:
            both = f": both {heard}" if heard else ""
            return f"because you liked {reason.via.title} by {reason.via.artist}{both}"
        case Because.NEW:
            return "something new to try" + (f": {heard}" if heard else "")
        case Because.BRIDGE:
            return f"a step on the way, near {reason.emotion.value}" + (
                f": {heard}" if heard else ""
            )
        case _:
            return f"suits {reason.emotion.value}" + (f": {heard}" if heard else "")


def _marks(snapshot: Snapshot, node: int) -> tuple[Trait, ...]:
    values = dict(zip(snapshot.names, snapshot.values[node].tolist(), strict=True))
    found = {
        (upper if values[name] > 0 else lower): abs(values[name])
        for name, (upper, lower) in ENDS.items()
        if name in values and abs(values[name]) >= CLEAR
    }
    return tuple(sorted((trait for trait in found if trait), key=lambda trait: -found[trait]))
