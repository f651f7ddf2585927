"""Why a track was picked, as values taken from the computation that picked it."""

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from graph.feelings.anchors import LEADS, ZONES, zones
from graph.feelings.policies import against
from graph.snapshot.store import Snapshot
from graph.tracks import NO_WORDS, OF_INDIA, Track
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
    NEAREST = "nearest"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a track was picked.

    Attributes:
        kind: It suits the feeling, a liked track led there, it is a step on the way, it suits the
            feeling and explores the taste, or it does not suit but nothing nearer is left.
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
# What speaks against a feeling as another feature does: sad and calm music is slow.
# Source: P. Juslin, P. Laukka, "Communication of emotions in vocal expression and music
#     performance", Psychological Bulletin 129(5), 2003.
DRIVE = {"tempo": "energy"}
# In deviations: beyond this a song stands out among all others, about one in four.
CLEAR = 0.7
MOST = 3


def for_zone(snapshot: Snapshot, node: int, scores: EmotionScores) -> Reason:
    """Return the emotion of the mixture that the node serves best, and what marks it out."""
    emotion = _felt(snapshot, node, scores)
    return Reason(Because.ZONE, emotion, traits=_marks(snapshot, node, emotion)[:MOST])


def _felt(snapshot: Snapshot, node: int, scores: EmotionScores) -> Emotion:
    served = zip(snapshot.fits[node].tolist(), scores.probabilities, EMOTIONS, strict=True)
    return max(served, key=lambda each: (each[0] + 1) * each[1])[2]


def for_new(snapshot: Snapshot, node: int, scores: EmotionScores) -> Reason:
    """Return that a node is worth a try for the feeling, and what marks it out."""
    return replace(for_zone(snapshot, node, scores), kind=Because.NEW)


def for_nearest(snapshot: Snapshot, node: int, scores: EmotionScores) -> Reason:
    """Return that a node does not suit, but that nothing nearer to the feeling is left."""
    marks = _marks(snapshot, node)[:MOST]  # what it is, not what it ought to be
    return Reason(Because.NEAREST, scores.ranked()[0], traits=marks)


def for_liked(
    snapshot: Snapshot, song: tuple[int, int], via: tuple[int, int], scores: EmotionScores
) -> Reason:
    """Return the liked song that led to a song, and what the two share.

    Args:
        snapshot: The graph.
        song: Row and node of the song.
        via: Row and node of the liked song.
        scores: The feeling.
    """
    (row, node), (other_row, other_node) = song, via
    liked = snapshot.track_at(other_row)
    theirs = _marks(snapshot, other_node)
    shared = [trait for trait in _marks(snapshot, node) if trait in theirs]
    unnamed = liked.language in {NO_WORDS, OF_INDIA}  # such songs share no language
    known = [
        trait
        for trait, value, codes, unit in (
            (Trait.SAME_GENRE, liked.genre, snapshot.genres, 1),
            (Trait.SAME_LANGUAGE, None if unnamed else liked.language, snapshot.languages, 1),
            (Trait.SAME_DECADE, liked.decade, snapshot.years, 10),
        )
        if value is not None and codes[row] // unit == codes[other_row] // unit
    ]
    emotion = _felt(snapshot, node, scores)
    return Reason(Because.LIKED, emotion, liked, tuple((shared[:2] + known)[:MOST]))


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
        case Because.NEAREST:
            return f"the nearest to {reason.emotion.value} that is left" + (
                f": {heard}" if heard else ""
            )
        case Because.BRIDGE:
            return f"a step on the way, near {reason.emotion.value}" + (
                f": {heard}" if heard else ""
            )
        case _:
            return f"suits {reason.emotion.value}" + (f": {heard}" if heard else "")


def _marks(snapshot: Snapshot, node: int, emotion: Emotion | None = None) -> tuple[Trait, ...]:
    """Return what stands out in a sound, the clearest first; nothing that speaks against it."""
    values = snapshot.values[node].tolist()
    found = [
        (-abs(value), trait)
        for name, place in _ends(snapshot.names)
        if abs(value := values[place]) >= CLEAR
        and (trait := ENDS[name][0 if value > 0 else 1])
        and (emotion is None or not against(emotion, DRIVE.get(name, name), value))
    ]
    found.sort(key=lambda each: each[0])
    return tuple(trait for _, trait in found)


@cache
def _ends(names: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """Return the features of `ENDS` that a snapshot has, and where."""
    return tuple((name, names.index(name)) for name in ENDS if name in names)
