"""The text above the songs: a reading or a mood, in hedged words."""

from collections.abc import Sequence

from bot.storage.answers import Wish
from bot.storage.readings import ReadingSource
from bot.words.care import is_low
from bot.words.languages import autonym
from bot.words.texts import Html, Texts
from graph.choosing.filters import Filters
from graph.choosing.recommend import Aim
from graph.tracks import NO_WORDS
from inference.emotions import EMOTIONS, Emotion, EmotionScores
from inference.reading import Reading

# Least probability of a second mood that is named; seven equal ones would have a seventh each.
MIN_SECOND = 1 / 6
# Two moods from words weigh the same; a second one near the first is named with it.
NEARLY_EQUAL = 0.8
BAR_LENGTH = 5  # dots
MAX_PERCENT = 99  # an estimate is never certain


def opening_for_people(reading: Reading, texts: Texts, *, album: bool) -> Html:
    """Return what each of several faces looks like, by its place and by nothing else."""
    faces = " · ".join(
        f"{n} {texts(f'emotion.{face.moods[0]}')}"
        if face.certain
        else f"{n} {texts('group.either', **_first_and_second(face.scores, texts))}"
        for n, face in enumerate(reading.people, start=1)
    )
    read = len(reading.people)
    key = "group.seen" if read == reading.faces else "group.largest"
    lines = [texts("reading.album")] if album else []
    lines.append(texts(key, n=reading.faces, read=read, faces=Html(faces)))
    lines += [] if len(moods_in(reading.shares)) > 1 else [texts("group.alike")]
    return Html("\n".join(lines))


def moods_in(shares: EmotionScores) -> list[Emotion]:
    """Return the moods that somebody of several people has, the most frequent first."""
    return [mood for mood in shares.ranked() if shares[mood] > 0]


def opening_for_reading(reading: Reading, texts: Texts, *, album: bool) -> Html:
    """Return what was seen, hedged, and what would make the next picture easier to read."""
    seen = _first_and_second(reading.scores, texts)
    lines = [texts("reading.album")] if album else []
    if not reading.certain:
        lines.append(texts("reading.unsure", **seen))
    else:
        second = reading.scores.ranked()[1]
        key = "two" if reading.scores[second] >= MIN_SECOND else "one"
        lines.append(texts(f"reading.{key}", **seen))
    lines.append(_certainty(reading.scores, texts))
    lines += _arc_line(reading, texts)
    lines += [texts(f"advice.{advice}", n=reading.faces) for advice in reading.advice]
    return Html("\n".join(lines))


def opening_for_wish(wish: Wish, texts: Texts, *, care: bool) -> Html:
    """Return what the songs are for, in the words of a wish: a mood, or songs by name.

    Args:
        wish: What somebody wants.
        texts: The sentences.
        care: Whether kind words stand in the place of a low mood's name.
    """
    aim, asked = Aim(wish.aim), wish.asked
    what = texts.listed(names_of(asked.only, texts))
    if asked.artist is not None:
        return texts("songs.by", artist=asked.artist)
    if wish.source is ReadingSource.WISH:
        if aim is not Aim.MATCH:
            return texts("songs.only_lift" if aim is Aim.LIFT else "songs.only_calm")
        return texts("songs.asked", what=what)
    if wish.source is ReadingSource.GROUP and aim is Aim.MATCH and len(moods_in(wish.scores)) > 1:
        moods = [texts(f"emotion.{mood}") for mood in moods_in(wish.scores)]
        opening = texts("group.all", moods=Html(texts.listed(moods)))
    elif care and aim is Aim.MATCH and is_low(wish.scores):
        opening = texts("songs.gentle")
    else:
        opening = opening_for_mood(wish.scores, aim, texts)
    return Html(f"{opening}\n{texts('songs.asked', what=what)}") if what else opening


def names_of(only: Filters, texts: Texts) -> list[str]:
    """Return what people call the languages, genres and decades that songs were asked for by."""
    languages = [
        texts("settings.no_words")
        if tag == NO_WORDS
        else str(texts.locale.languages.get(tag, autonym(tag)))
        for tag in sorted(only.languages)
    ]
    decades = [texts("settings.years", decade=decade) for decade in sorted(only.decades)]
    return [*sorted(only.genres), *languages, *decades]


def opening_for_mood(scores: EmotionScores, aim: Aim, texts: Texts) -> Html:
    """Return what the songs are for, where a person said the mood or changed the aim."""
    return texts(f"songs.{aim}", moods=named(scores, texts))


def named(scores: EmotionScores, texts: Texts) -> Html:
    """Return the mood in a word; two where neither stands out."""
    first, second, *_ = scores.ranked()
    if scores[second] >= NEARLY_EQUAL * scores[first]:
        return texts("songs.both", **_first_and_second(scores, texts))
    return texts(f"emotion.{first}")


def _certainty(scores: EmotionScores, texts: Texts) -> Html:
    """Return how probable the first mood is, as a bar of dots and in percent."""
    share = scores[scores.ranked()[0]]
    filled = max(1, round(BAR_LENGTH * share))
    bar = "●" * filled + "○" * (BAR_LENGTH - filled)
    return texts("reading.certainty", bar=bar, percent=min(MAX_PERCENT, round(100 * share)))


def _first_and_second(scores: EmotionScores, texts: Texts) -> dict[str, Html]:
    first, second, *_ = scores.ranked()
    return {"first": texts(f"emotion.{first}"), "second": texts(f"emotion.{second}")}


def _arc_line(reading: Reading, texts: Texts) -> list[Html]:
    """Return how the mood moves through a clip, when its first and last thirds differ."""
    third = len(reading.arc) // 3
    if not third:
        return []
    start = _mean([scores for _, scores in reading.arc[:third]]).ranked()[0]
    end = _mean([scores for _, scores in reading.arc[-third:]]).ranked()[0]
    if start is end:
        return []
    return [
        texts("reading.clip", start=texts(f"emotion.{start}"), end=texts(f"emotion.{end}")),
    ]


def _mean(several: Sequence[EmotionScores]) -> EmotionScores:
    return EmotionScores.from_weights(
        {emotion: sum(scores[emotion] for scores in several) for emotion in EMOTIONS}
    )
