"""Songs and refusals in words: what is sent, as Telegram's HTML, with its buttons."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from telegram import InlineKeyboardMarkup

from bot.screens.card import Card, card_keyboard, ratings_shown
from bot.screens.keyboards import mood_keyboard
from bot.screens.lines import MAX_ARTIST, MAX_TITLE, MAX_VIA, artist_of, shown, title_of
from bot.screens.songs import Songs
from bot.words.texts import Html, Texts, plain
from graph.choosing.reasons import Reason
from graph.choosing.request import Blend
from graph.links import Links, links
from graph.tracks import Track
from inference.errors import InferenceError

MAX_MESSAGE = 1000  # characters: what a phone shows of a message at two glances


@dataclass(frozen=True, slots=True)
class Width:
    """How much of a song is written.

    Attributes:
        title: Characters of its title at most.
        artist: Characters of its artists at most.
        reasons: Whether it is said why it is there.
        traits: Whether its traits are said with that.
    """

    title: int
    artist: int
    reasons: bool
    traits: bool


WIDTHS = (
    Width(MAX_TITLE, MAX_ARTIST, reasons=True, traits=True),
    Width(MAX_TITLE, MAX_ARTIST, reasons=True, traits=False),
    Width(48, 32, reasons=True, traits=False),
    Width(48, 32, reasons=False, traits=False),
)


@dataclass(frozen=True, slots=True)
class Reply:
    """A message as it is sent.

    Attributes:
        preview_url: The address that Telegram draws a preview of; None draws none.
    """

    text: Html
    keyboard: InlineKeyboardMarkup | None = None
    preview_url: str | None = None


@dataclass(frozen=True, slots=True)
class Captioned:
    """A picture and what stands under it.

    Attributes:
        picture: A PNG file; it is never written to disk.
        caption: Telegram's HTML.
    """

    picture: bytes = field(repr=False)
    caption: str


def compose_songs(songs: Songs, opening: Html, texts: Texts) -> Reply:
    """Return an opening, the songs below it, and their buttons."""
    hints = [texts("songs.narrow")] if songs.narrow else []
    text = _readable(
        lambda width: [
            blended(opening, songs.blend, texts),
            *(
                song_lines(position, track, reason, songs.links(position), texts, width)
                for position, (track, reason) in enumerate(songs.picks)
            ),
            *hints,
        ]
    )
    card = Card(
        songs.stored,
        ratings_shown(songs.stored, songs.ratings),
        play_url=songs.play_url,
    )
    return Reply(text, card_keyboard(card, texts), songs.preview_url)


def blended(opening: Html, blend: Blend | None, texts: Texts) -> Html:
    """Return an opening that says how songs for several people were put together."""
    return Html(f"{opening}\n{texts(f'group.{blend}')}") if blend else opening


def compose_plain(
    picks: Sequence[tuple[Track, Reason | None]],
    opening: Html,
    texts: Texts,
    keyboard: InlineKeyboardMarkup | None = None,
) -> Reply:
    """Return songs that are not remembered as an answer to anybody: without their buttons."""
    text = _readable(
        lambda width: [
            opening,
            *(
                song_lines(position, track, reason, links(track), texts, width)
                for position, (track, reason) in enumerate(picks)
            ),
        ]
    )
    return Reply(text, keyboard)


def compose_refusal(error: InferenceError, texts: Texts) -> Reply:
    """Return what to do about media without a reading, with the seven moods as the way on."""
    return Reply(texts.about(error), mood_keyboard(texts))


def song_lines(  # noqa: PLR0913, PLR0917 - a song, where to hear it, and how it is said
    position: int,
    track: Track,
    reason: Reason | None,
    links: Links,
    texts: Texts,
    width: Width = WIDTHS[0],
) -> Html:
    """Return a song in two lines: what it is; where to hear it, and why it is there."""
    number = position + 1
    year = f" ({track.year})" if track.year else ""
    head = texts(
        "songs.head",
        n=number,
        title=title_of(track, texts, width.title),
        artist=artist_of(track, texts, width.artist),
    )
    below = texts("songs.links", spotify=links.spotify, youtube=links.youtube)
    if reason and width.reasons:
        why = _reason(reason, texts, traits=width.traits)
        below = texts("songs.links_reason", links=below, reason=why)
    return Html(f"{head}{year}\n{below}")


def _readable(parts: Callable[[Width], Sequence[Html]]) -> Html:
    """Return the parts of a message, in the widest form that is not too long to read."""
    text = Html("")
    for width in WIDTHS:  # the widest nearly always fits: no other is written then
        text = Html("\n\n".join(parts(width)))
        if len(plain(text)) <= MAX_MESSAGE:
            break
    return text


def song_words(track: Track, reason: Reason | None, texts: Texts) -> dict[str, str]:
    """Return title, artist and reason of a song, for places that show no HTML."""
    return {
        "title": title_of(track, texts),
        "artist": artist_of(track, texts),
        "why": plain(_reason(reason, texts)) if reason else "",
    }


def _reason(reason: Reason, texts: Texts, *, traits: bool = True) -> Html:
    """Return why a song was chosen, in one line of plain words."""
    shared = texts.series([texts(f"trait.{trait}") for trait in reason.traits if traits])
    return texts(
        f"reason.{reason.kind}" + ("_traits" if shared else ""),
        mood=texts(f"emotion.{reason.emotion}"),
        title=shown(reason.via.title, MAX_VIA) if reason.via else "",
        traits=Html(shared),
    )
