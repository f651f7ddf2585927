"""YouTube Music's search, by way of ytmusicapi, which the dependency group `youtube` installs."""

from graph.importing.videos import Found, LookUpError, Search

PER_SONG = 5  # results that are looked at


def youtube_music() -> Search:
    """Return its search for songs.

    Raises:
        LookUpError: ytmusicapi is not installed, or the service does not answer.
    """
    try:
        from requests import RequestException
        from ytmusicapi import YTMusic
        from ytmusicapi.exceptions import YTMusicError
    except ImportError:
        raise LookUpError(
            "expected ytmusicapi: pip install --no-deps --require-hashes "
            "-r requirements/youtube.txt"
        ) from None
    faults = (RequestException, YTMusicError, KeyError, ValueError)  # its page may have changed

    def search(words: str) -> list[Found]:
        try:
            found: list[Found] = service.search(words, filter="songs", limit=PER_SONG)
        except faults as error:
            raise LookUpError(f"expected an answer, found {type(error).__name__}") from error
        return found

    try:
        service = YTMusic()  # without an account
    except faults as error:
        raise LookUpError(f"YouTube Music cannot be reached: {type(error).__name__}") from error
    return search
