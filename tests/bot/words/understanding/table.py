"""What the bot understands of the sentences that no word was added for, as a table.

`python -m tests.bot.words.understanding.table` builds the graph of the starter catalogue, prints a
row for each sentence, and how many were understood.
"""

import tempfile
from pathlib import Path

from bot.words.understanding.catalogue import Catalogue
from bot.words.understanding.meanings import Meaning, Talk
from bot.words.understanding.understand import understand
from graph.building.build import ensure_graph
from graph.snapshot.store import open_snapshot
from tests.bot.words.understanding.unseen import UNSEEN

STARTER = Path("data/starter_catalogue.csv")


def in_words(meaning: Meaning) -> str:
    """Return a meaning as the sentences' files write it."""
    if isinstance(meaning, Talk):
        return meaning
    parts = [
        *meaning.moods,
        *([f"aim {meaning.aim}"] if meaning.aim else []),
        *([f"by {meaning.artist}"] if meaning.artist else []),
        *sorted(meaning.only.genres),
        *(f"in {tag}" for tag in sorted(meaning.only.languages)),
        *map(str, sorted(meaning.only.decades)),
    ]
    return " ".join(parts)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        ensure_graph(Path(folder), [STARTER], lambda _step, _done: None)
        catalogue = Catalogue.of(open_snapshot(Path(folder)))
        rows = [
            (tag, said, meant, in_words(understand(said, tag, catalogue)))
            for tag, sentences in UNSEEN.items()
            for said, meant in sentences.items()
        ]
    print("| | said | meant | understood |\n|---|---|---|---|")
    for tag, said, meant, found in rows:
        print(f"| {tag} | {said} | {meant} | {'✓' if found == meant else found} |")
    print(f"\n{sum(meant == found for _, _, meant, found in rows)} of {len(rows)}")


if __name__ == "__main__":
    main()
