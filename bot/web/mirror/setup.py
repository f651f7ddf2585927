"""What the page is told before it begins: words, addresses, and how a reading is made."""

from collections.abc import Mapping
from typing import Any

from bot.web.mirror.files import BUILDS, NETWORKS, LargeFile, mesh_lines
from bot.words.texts import Texts, plain
from inference.emotions import EMOTIONS
from inference.quantised import MODELS, read_model

# Shared with the chat: what moods are called, and what leads to better songs.
SHARED = {
    "match": "button.match",
    "lift": "button.lift",
    "calm": "button.calm",
    "more": "button.more",
    "advice_dark": "advice.dark",
    "advice_bright": "advice.bright",
    "advice_blurred": "advice.blurred",
    "advice_tiny": "advice.tiny",
    "advice_turned": "advice.turned",
    "advice_covered": "advice.covered",
}
PREFIX = "mirror."


def reading_settings() -> dict[str, Any]:
    """Return how outputs of the networks become a reading, as their JSON files say.

    Raises:
        ModelError: A file is missing or damaged.
    """
    emotion, _ = read_model(MODELS, "emotion")
    cover, _ = read_model(MODELS, "cover")
    return {
        "reading": emotion["reading"],
        "outputs": {**emotion["outputs"], **cover["outputs"]},
        "covered_above": cover["covered_above"],
    }


def words_of(texts: Texts) -> dict[str, str]:
    """Return every sentence of the page by its key there."""
    own = {
        key.removeprefix(PREFIX): text
        for key, text in texts.sentences.items()
        if key.startswith(PREFIX)
    }
    shared = {key: plain(texts(known)) for key, known in SHARED.items()}
    moods = {emotion.value: plain(texts(f"emotion.{emotion}")) for emotion in EMOTIONS}
    return {**own, **shared, **moods}


def describe(
    texts: Texts,
    networks: Mapping[str, LargeFile],
    runtime: Mapping[str, LargeFile],
    reading: Mapping[str, Any],
    *,
    chat: str | None,
) -> dict[str, Any]:
    """Return all of it for `json.dumps`.

    Args:
        texts: In the person's language.
        networks: By name.
        runtime: By file name; empty where set-up has not been.
        reading: As `reading_settings` gives it.
        chat: Where a photo can be sent instead; None where Telegram knows.
    """
    builds = {
        build: {
            "glue": runtime[f"{build}.js"].as_json(),
            "wasm": runtime[f"{build}.wasm"].as_json(),
        }
        for build in BUILDS
        if runtime
    }
    return {
        **reading,
        "words": words_of(texts),
        "language": texts.language,
        "direction": texts.locale.text_direction,
        "chat": chat,
        "mesh": mesh_lines(),
        "runtime": builds or None,
        "networks": {
            name: {**networks[name].as_json(), "shape": shape, "type": kind}
            for name, (shape, kind) in NETWORKS.items()
        },
    }
