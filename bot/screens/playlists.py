"""Songs as lists that other programs and people can use."""

import json
from collections.abc import Sequence
from datetime import datetime

from bot.screens.lines import artist_of, title_of
from bot.words.texts import Html, Texts
from graph.links import links
from graph.tracks import Track


def compose_list(tracks: Sequence[Track], texts: Texts) -> Html:
    """Return the songs as lines to copy: one tap on them does in most clients."""
    lines = [
        texts("mix.line", title=title_of(track, texts), artist=artist_of(track, texts))
        for track in tracks
    ]
    return texts("mix.list", lines=Html("\n".join(lines)))


def jspf(tracks: Sequence[Track], *, title: str, at: datetime) -> bytes:
    """Return a playlist file in JSON, encoded in UTF-8.

    A player finds songs by title and artist; where a page of the song is known it stands beside
    them. A search is no page, so it is left out.

    Source: L. Gonze, R. Kaye, "JSPF, the JSON form of XSPF", xspf.org/jspf.
    """
    entries = [
        {"title": track.title, "creator": track.artist.replace(";", ",")} | _pages(track)
        for track in tracks
    ]
    playlist = {
        "title": title,
        "creator": "Tunemirror",
        "date": at.isoformat(timespec="seconds"),
        "track": entries,
    }
    return json.dumps({"playlist": playlist}, ensure_ascii=False, indent=1).encode()


def _pages(track: Track) -> dict[str, list[str]]:
    found = links(track)
    pages = {}
    if track.spotify_id:
        pages["identifier"] = [found.spotify]
    if track.youtube_id:
        pages["location"] = [found.youtube]
    return pages
