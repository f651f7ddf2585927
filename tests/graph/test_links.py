from urllib.parse import parse_qs, unquote, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from graph.links import links
from graph.tracks import Track, TrackId

WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


def test_known_ids_are_used() -> None:
    found = links(
        Track(TrackId("a"), "T", "A", spotify_id="4uLU6hMCjMI75M1A2tKUQC", youtube_id="x-_1")
    )

    assert found.spotify == "https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC"
    assert found.youtube == "https://www.youtube.com/watch?v=x-_1"


def test_search_by_hand() -> None:
    found = links(Track(TrackId("a"), 'AC/DC & "Söhne" #1?', "Ñ"))

    assert found.spotify == (
        "https://open.spotify.com/search/AC%2FDC%20%26%20%22S%C3%B6hne%22%20%231%3F%20%C3%91"
    )
    assert found.youtube == (
        "https://www.youtube.com/results?search_query=AC%2FDC+%26+%22S%C3%B6hne%22+%231%3F+%C3%91"
    )


@given(title=WORDS, artist=WORDS)
def test_search_carries_title_and_artist_whole(title: str, artist: str) -> None:
    found = links(Track(TrackId("a"), title, artist))
    words = " ".join(f"{title} {artist.replace(';', ' ')}".split())

    spotify, youtube = urlsplit(found.spotify), urlsplit(found.youtube)

    assert found.spotify.isascii()
    assert found.youtube.isascii()
    assert unquote(spotify.path.removeprefix("/search/")) == words
    assert (spotify.query, spotify.fragment) == ("", "")
    assert parse_qs(youtube.query, keep_blank_values=True) == {"search_query": [words]}
