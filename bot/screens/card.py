"""The buttons under the songs: three rows at first; rarer ones open in their place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.screens.buttons import MOOD_ORDER, Row, button, in_rows, link_button, mood_rows, ticked
from bot.screens.lines import MAX_BUTTON, MAX_SONG_BUTTON, shown, title_of
from bot.screens.song_presses import (
    AimPress,
    CorrectPress,
    Form,
    HelpedPress,
    MorePress,
    NeverPress,
    Panel,
    PanelPress,
    RatingPress,
    SavePress,
    SeenPress,
    WhySongPress,
)
from bot.storage.history import StoredSuggestion, StoredTrack
from bot.storage.readings import ReadingSource
from bot.words.texts import Html, Texts
from graph.choosing.recommend import Aim
from graph.tracks import TrackId
from inference.emotions import Emotion

UP, DOWN = "👍", "👎"
TWO = 2  # buttons in a row that name songs: more would cut the titles short


@dataclass(frozen=True, slots=True)
class Never:
    """The offer to block an artist, made after a 👎 on a song of theirs.

    Attributes:
        position: Of the song, from 0.
        artist: The name as it is shown.
        blocked: Whether they are blocked already: then a press unblocks them.
    """

    position: int
    artist: str
    blocked: bool


@dataclass(frozen=True, slots=True)
class Card:
    """What the buttons under an answer depend on.

    Attributes:
        ratings: The person's rating of each song, in order; None without one.
        panel: The part that is open.
        never: The artist to ask about; None for none.
        play_url: Plays the songs one after another; None where too few videos are known.
        share_url: Opens the choice of a chat to send the songs to.
        seen: Whether the picture is still there, so that what was seen in it can be shown.
    """

    stored: StoredSuggestion
    ratings: Sequence[bool | None]
    panel: Panel = Panel.CLOSED
    never: Never | None = None
    play_url: str | None = None
    share_url: str | None = None
    seen: bool = False

    @property
    def asked(self) -> Sequence[Emotion]:
        """The two moods that an uncertain reading asks the person about."""
        reading = self.stored.reading
        return () if reading.certain or reading.corrected else reading.scores.ranked()[:2]

    @property
    def several(self) -> bool:
        """Whether the songs are for several people, so that one of them may want their own."""
        reading = self.stored.reading
        return reading.source is ReadingSource.GROUP and not reading.corrected


def ratings_shown(stored: StoredSuggestion, ratings: Mapping[TrackId, bool]) -> list[bool | None]:
    """Return what the buttons show of a person's ratings: nothing where others read along."""
    return [None if stored.shared else ratings.get(track.track_id) for track in stored.tracks]


def offer_never(track: StoredTrack, position: int, *, blocked: bool) -> Never | None:
    """Return the offer to keep the artist of a song away; None where nobody is named."""
    artist = shown(track.first_artist, MAX_BUTTON)
    return Never(position, artist, blocked) if artist else None


def card_keyboard(card: Card, texts: Texts) -> InlineKeyboardMarkup:
    """Return the buttons under the songs: of what is open, or the three rows of the beginning."""
    match card.panel:
        case Panel.CLOSED:
            return InlineKeyboardMarkup(_first_rows(card, texts))
        case Panel.RATE:
            rows = _rating_rows(card, texts)
        case Panel.MOODS:
            corrections = [CorrectPress(_id(card), emotion) for emotion in MOOD_ORDER]
            rows = [*mood_rows(texts, corrections), *_seen_rows(card, texts)]
        case Panel.WHY:
            asking = [
                button(f"{n + 1} {_title(card, n, texts)}", WhySongPress(_id(card), n))
                for n in range(len(card.stored.tracks))
            ]
            rows = [*in_rows(asking, TWO), *_seen_rows(card, texts)]
        case Panel.SAVE:
            rows = _save_rows(card, texts)
    back = button(texts("button.back"), PanelPress(_id(card), Panel.CLOSED))
    return InlineKeyboardMarkup([*rows, [back]])


def _id(card: Card) -> int:
    return card.stored.suggestion_id


def _seen_rows(card: Card, texts: Texts) -> list[Row]:
    """Return the button that shows what was seen, as long as the picture is there."""
    return [[button(texts("button.seen"), SeenPress(_id(card)))]] if card.seen else []


def _first_rows(card: Card, texts: Texts) -> list[Row]:
    def opens(label: str, panel: Panel) -> InlineKeyboardButton:
        return button(label, PanelPress(_id(card), panel))

    aims = [
        button(ticked(texts(f"button.{aim}"), aim == card.stored.aim), AimPress(_id(card), aim))
        for aim in Aim
    ]
    rate = opens(_rate_label(card, texts), Panel.RATE)
    more = button(texts("button.more"), MorePress(_id(card)))
    why = opens(texts("button.why"), Panel.WHY)
    wrong = opens(texts("button.one" if card.several else "button.wrong"), Panel.MOODS)
    save = opens(texts("button.save"), Panel.SAVE)
    if card.asked:
        asked = mood_rows(texts, [CorrectPress(_id(card), emotion) for emotion in card.asked])
        return [[*asked[0], wrong], [rate, save], [more, why]]
    play = [link_button(texts("button.play"), card.play_url)] if card.play_url else []
    return [[rate, *play, save], aims, [more, why, wrong]]


def _rate_label(card: Card, texts: Texts) -> str:
    liked, disliked = card.ratings.count(True), card.ratings.count(False)
    if not liked + disliked:
        return texts("button.rate")
    return texts("button.rated", liked=liked, disliked=disliked)


def _rating_rows(card: Card, texts: Texts) -> list[Row]:
    """Return both thumbs for each song; the chosen one is ticked and a press takes it back."""
    rows: list[Row] = []
    for position, rating in enumerate(card.ratings):
        title = _title(card, position, texts)
        rows.append(
            [
                button(
                    f"{ticked(f'{thumb} {position + 1}', rating is liked)} {title}",
                    RatingPress(_id(card), position, None if rating is liked else liked),
                )
                for thumb, liked in ((UP, True), (DOWN, False))
            ]
        )
        if card.never and card.never.position == position:
            rows.append([_never_button(_id(card), card.never, texts)])
    # In a group everybody rates for themselves; whether the songs helped is one person's to say.
    return rows if card.stored.shared else [*rows, [_helped_button(card, texts)]]


def _save_rows(card: Card, texts: Texts) -> list[Row]:
    text, jspf = (button(texts(f"button.{form}"), SavePress(_id(card), form)) for form in Form)
    play = [[link_button(texts("button.play"), card.play_url)]] if card.play_url else []
    share = [[link_button(texts("button.share"), card.share_url)]] if card.share_url else []
    return [*play, [text, jspf], *share]


def _title(card: Card, position: int, texts: Texts) -> str:
    return title_of(card.stored.tracks[position], texts, MAX_SONG_BUTTON)


def _never_button(suggestion_id: int, never: Never, texts: Texts) -> InlineKeyboardButton:
    """Return the offer about an artist; ticked where it was taken."""
    label = texts("button.never", artist=Html(never.artist))  # a label is no HTML: as it is
    press = NeverPress(suggestion_id, never.position, never=not never.blocked)
    return button(ticked(label, never.blocked), press)


def _helped_button(card: Card, texts: Texts) -> InlineKeyboardButton:
    """Return the button that says the songs helped; ticked, it takes that back."""
    helped = card.stored.helped
    return button(ticked(texts("button.helped"), helped), HelpedPress(_id(card), helped=not helped))
