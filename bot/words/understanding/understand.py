"""A message -> its meaning: care first, then wishes for songs, then greetings and thanks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.words.understanding.artists import artist_in, content_of
from bot.words.understanding.catalogue import Catalogue
from bot.words.understanding.clauses import moods_in
from bot.words.understanding.decades import decades_in
from bot.words.understanding.meanings import Meaning, Talk, Wanted
from bot.words.understanding.spelling import STOPS, WORD, plain, unstretched
from bot.words.understanding.terms import Found
from bot.words.understanding.vocabulary import Vocabulary, vocabularies
from graph.choosing.filters import Filters
from graph.choosing.request import Aim
from inference.emotions import Emotion

ENGLISH = "en"
MAX_WORDS_ABOUT_A_NAME = 5  # "some Kraftwerk please"; in longer messages a name is chance

MAX_WORDS_OF_A_TITLE = 9  # "by" included; longer ones tell of something


@dataclass(frozen=True, slots=True)
class Reading:
    """A message read with the words of one language."""

    text: str
    vocabulary: Vocabulary
    found: tuple[Found, ...]

    @property
    def known(self) -> int:
        """How many letters belong to words that the language knows."""
        return sum(each.stop - each.start for each in self.found)

    def is_likely(self) -> bool:
        """Return whether the text may be in the language: it knows half of its letters or words."""
        letters, words = len(self.text.replace(" ", "")), len(WORD.findall(self.text))
        return 2 * self.known >= letters or 2 * len(self.unknown().split()) <= words

    def values(self, kind: str) -> list[str]:
        """Return the values of the terms of a kind, in their order."""
        return [each.term.value for each in self.found if each.term.kind == kind]

    def has(self, kind: str) -> bool:
        """Return whether a term of a kind is there."""
        return any(each.term.kind == kind for each in self.found)

    def unknown(self) -> str:
        """Return what no term covers."""
        signs = list(self.text)
        for each in self.found:
            signs[each.start : each.stop] = " " * (each.stop - each.start)
        return " ".join(match[0] for match in WORD.finditer("".join(signs)))


def understand(said: str, language: str, catalogue: Catalogue) -> Meaning:
    """Return the meaning of a message.

    Words of care that are a song's name, as in "play Suicidal Thoughts by ...", are a wish: whoever
    answers asks `care_in` first, and lets care stand beside the songs.

    It may be in any language: the language is chosen whose words cover most of the letters; of two
    that cover equally many the person's own, then English.

    Args:
        said: What somebody wrote, of any length.
        language: The language in which the person is answered.
        catalogue: What songs can be asked for by.
    """
    text = plain(said)
    readings = _readings(text, language)
    if care := care_in(text):
        return _song_asked_for(text, readings, catalogue) or care
    meaning = _first_meaning(readings, catalogue)
    if meaning is Talk.UNKNOWN:
        meaning = _artist_alone(text, language, catalogue)
    if not _may_hide_a_slip(meaning):
        return meaning
    likely = readings if meaning is Talk.UNKNOWN else readings[:1]
    mended = _first_meaning(_mended(likely, language), catalogue)
    return meaning if mended is Talk.UNKNOWN else mended


def _may_hide_a_slip(meaning: Meaning) -> bool:
    """Return whether a message may say more than was understood: no mood, or the absence of one."""
    if isinstance(meaning, Wanted):
        return meaning.artist is None and meaning.moods in {(), (Emotion.NEUTRAL,)}
    return meaning is Talk.UNKNOWN


def _first_meaning(readings: Sequence[Reading], catalogue: Catalogue) -> Meaning:
    """Return the meaning of the first reading that has one."""
    meanings = (_meaning(each, catalogue) for each in readings)
    return next((each for each in meanings if each is not Talk.UNKNOWN), Talk.UNKNOWN)


def _mended(readings: Sequence[Reading], language: str) -> list[Reading]:
    """Return the readings again in which a slip was mended, if in the own language or English."""
    again = []
    for each in readings:
        vocabulary = each.vocabulary
        if vocabulary.language in {language, ENGLISH}:
            text = vocabulary.mender.mend(each.text, each.found)
            if text != each.text:
                again.append(Reading(text, vocabulary, _found(vocabulary, text)))
    return sorted(again, key=lambda each: -each.known)


def care_in(text: str) -> Talk | None:
    """Return whether a plain text, in whatever language, speaks of suicide or of a death."""
    text = " ".join(STOPS.sub(" ", text).split())  # a stop within a sentence hides nothing
    spoken = [(each, each.harmless.sub(" ", text)) for each in vocabularies().values()]
    if any(each.crisis.search(meant) for each, meant in spoken):
        return Talk.CRISIS
    if any(each.grief.search(meant) for each, meant in spoken):
        return Talk.GRIEF
    return None


def _song_asked_for(text: str, readings: Sequence[Reading], catalogue: Catalogue) -> Wanted | None:
    """Return the wish of "play ... by Queen" where words of care stand in the song's name alone.

    The artist has to be in the catalogue, and what is said before and after must need no care.
    """
    for reading in readings:
        place = artist_in(text, reading.found, catalogue.artists) if text == reading.text else None
        if place is None:
            continue
        head = [each for each in reading.found if each.stop <= place.found.start]
        asks = [each for each in head if each.term.kind == "request"]
        title = text[asks[0].stop : place.found.start] if asks else ""
        named = head and head[-1].term.kind == "by" and len(title.split()) <= MAX_WORDS_OF_A_TITLE
        around = f"{text[: asks[0].start]}. {text[place.found.stop :]}" if asks else text
        if named and not STOPS.search(title) and not care_in(around):
            return Wanted(artist=place.artist.name)
    return None


def _readings(text: str, language: str) -> list[Reading]:
    """Return the readings of the text in each language, the one that covers most of it first."""
    readings = [
        Reading(spelt, vocabulary, _found(vocabulary, spelt))
        for vocabulary in vocabularies().values()
        for spelt in unstretched(text)
    ]
    own = {language: 2, ENGLISH: 1}
    sure = [each for each in readings if each.vocabulary.language in own or each.is_likely()]
    return sorted(sure, key=lambda each: (-each.known, -own.get(each.vocabulary.language, 0)))


def _found(vocabulary: Vocabulary, text: str) -> tuple[Found, ...]:
    """Return the terms and the decades in a text; a decade in figures wins over its words."""
    decades = decades_in(text)
    terms = [each for each in vocabulary.lexicon.find(text) if not _overlaps(each, decades)]
    return tuple(sorted([*decades, *terms], key=lambda each: each.start))


def _overlaps(each: Found, others: Iterable[Found]) -> bool:
    return any(each.start < other.stop and other.start < each.stop for other in others)


def _meaning(reading: Reading, catalogue: Catalogue) -> Meaning:
    place = artist_in(reading.text, reading.found, catalogue.artists)
    if place:
        kept = tuple(each for each in reading.found if not _overlaps(each, [place.found]))
        reading = Reading(reading.text, reading.vocabulary, kept)
    moods = moods_in(reading.text, reading.found, negates=reading.vocabulary.negates)
    if reading.has("thanks") and set(moods) <= {Emotion.HAPPY} and not reading.has("request"):
        return Talk.THANKS
    aim = Aim(reading.values("aim")[-1]) if reading.has("aim") else None
    only = _filters(reading, catalogue, sure=bool(place))
    if moods or aim or only or place:
        return Wanted(moods, aim, only, place.artist.name if place else None)
    for kind, talk in (("again", Talk.AGAIN), ("greeting", Talk.GREETING)):
        if reading.has(kind):
            return talk
    return Talk.UNKNOWN


def _filters(reading: Reading, catalogue: Catalogue, *, sure: bool) -> Filters:
    """Return what songs must be. A genre among unknown words is no wish: "at my house"."""
    if reading.unknown() and not (sure or reading.has("request")):
        return Filters()
    genres = [catalogue.genre(reading.vocabulary.genres[each]) for each in reading.values("genre")]
    languages = [catalogue.language(each) for each in reading.values("language")]
    decades = frozenset(int(each) for each in reading.values("decade"))
    return Filters(_union(languages), _union(genres), decades)


def _union(sets: Sequence[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*sets)


def _artist_alone(text: str, language: str, catalogue: Catalogue) -> Meaning:
    """Return a wish for an artist whose name is the message, but for words such as "please"."""
    words = vocabularies().get(language, vocabularies()[ENGLISH])
    names = [text]
    if len(WORD.findall(text)) <= MAX_WORDS_ABOUT_A_NAME:
        names += [text[start:stop] for start, stop in content_of(text, words.lexicon.find(text))]
    artist = catalogue.artists.find(*names)
    return Wanted(artist=artist.name) if artist else Talk.UNKNOWN
