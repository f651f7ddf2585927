"""The songs and their graph from the command line: one JSON object per line, or plain words."""

import argparse
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from graph.building.build import Settings, build, last_settings
from graph.building.gate import Check, WorseGraphError
from graph.building.neighbours import Metric
from graph.choosing.filters import Filters
from graph.choosing.reasons import in_words
from graph.choosing.recommend import Aim, Request, suggest
from graph.errors import GraphError
from graph.feelings.anchors import ZONES, fit, zones
from graph.importing.catalogue import import_files
from graph.importing.progress import telling
from graph.importing.report import NoSongsError
from graph.snapshot.store import open_snapshot
from graph.snapshot.versions import roll_back, verify
from graph.tracks import TrackId
from inference.emotions import Emotion, EmotionScores


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0 when done, 1 when refused. Wrong usage exits with 2."""
    options = parser().parse_args(arguments)
    try:
        options.run(options)
        sys.stdout.flush()
    except GraphError as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:  # whoever reads has read enough, as `head` does
        # What is still in the buffer would be written at the exit, and fail once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE  # as a shell counts a program that the pipe has ended
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the commands and their options."""
    top = argparse.ArgumentParser(prog="python -m graph", description=__doc__)
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    read = _command(commands, "import", _import, "tables of songs -> checked catalogue")
    read.add_argument("files", type=Path, nargs="+", metavar="FILE")
    read.add_argument("--to", type=Path, required=True, metavar="DIR", help="the graph's folder")
    read.add_argument(
        "--keep", type=Path, metavar="DIR", help="add to the songs of this graph's folder"
    )
    read.add_argument("--progress", action="store_true", help="JSON lines on stderr")

    make = _command(commands, "build", _build, "catalogue -> graph")
    make.add_argument("directory", type=Path, metavar="DIR")
    make.epilog = "What is not said stays as it is in the folder's current graph."
    make.add_argument("--metric", type=Metric, choices=list(Metric), help="at first: euclidean")
    make.add_argument("--neighbours", type=int, metavar="N", help="at first: 16")
    make.add_argument("--threshold", type=float, metavar="T", help="0 to 1; at first: 0.5")
    make.add_argument(
        "--songs", type=Path, metavar="DIR", help="take over the catalogue of this folder"
    )
    make.add_argument("--force", action="store_true", help="though worse than the running graph")
    make.add_argument("--progress", action="store_true", help="JSON lines on stderr")

    _command(commands, "rollback", _rollback, "back to the graph before this one", graph=True)
    rank = _command(commands, "rank", _rank, "tracks by fit to one emotion, best first", graph=True)
    rank.add_argument("--emotion", type=Emotion, choices=list(Emotion), required=True)
    rank.add_argument("-n", type=_count, default=100)

    ask = _command(commands, "suggest", _suggest, "what a person would get", graph=True)
    ask.add_argument("--emotions", type=_scores, required=True, metavar="happy=0.7,sad=0.3")
    ask.add_argument("--aim", type=Aim, choices=list(Aim), default=Aim.MATCH)
    ask.add_argument("--liked", type=_ids, default=(), metavar="ID,ID")
    ask.add_argument("--disliked", type=_ids, default=(), metavar="ID,ID")
    ask.add_argument("--exclude", type=_ids, default=(), metavar="ID,ID")
    ask.add_argument("--language", type=_words, default=frozenset(), metavar="en,fr")
    ask.add_argument("--genre", type=_words, default=frozenset(), metavar="rock,jazz")
    ask.add_argument("--decade", type=_decades, default=frozenset(), metavar="1970,1980")
    ask.add_argument("--clean", action="store_true", help="no songs known to be explicit")
    ask.add_argument(
        "--freshness", type=_share, default=0.5, metavar="F", help="0 familiar to 1 fresh"
    )
    ask.add_argument("-n", type=_count, default=10)
    ask.add_argument("--seed", type=int, default=0, help="the same seed gives the same songs")

    judge = _command(commands, "evaluate", _evaluate, "figures against listeners' labels")
    judge.add_argument("table", type=Path, metavar="TABLE", help="songs with track_id, tag_valence")
    judge.add_argument("--to", type=Path, default=Path("data/EVALUATION.md"), metavar="FILE.md")
    judge.add_argument("--seed", type=int, default=0, help="of the simulated people")
    judge.add_argument("--people", type=_count, default=1000, help="how many are simulated")

    _command(commands, "inspect", _inspect, "figures of the graph, all files checked", graph=True)
    picture = _command(commands, "draw", _draw, "a picture of the graph (PNG)", graph=True)
    picture.add_argument("--track", type=TrackId, metavar="ID", help="only the songs around one")
    picture.add_argument("--out", type=Path, required=True, metavar="FILE.png")
    out = _command(commands, "export", _export, "the graph as GraphML", graph=True)
    out.add_argument("--out", type=Path, required=True, metavar="FILE.graphml")
    return top


Run = Callable[[argparse.Namespace], None]


def _command(commands: Any, name: str, run: Run, does: str, *, graph: bool = False) -> Any:
    """Add a command; argparse keeps the classes of both to itself."""
    command = commands.add_parser(name, help=does, description=does)
    command.set_defaults(run=run)
    if graph:
        command.add_argument("--graph", type=Path, required=True, metavar="DIR")
    command.add_argument("--json", action="store_true", help="for programs")
    return command


def _import(options: argparse.Namespace) -> None:
    with telling(as_json=options.progress) as progress:
        try:
            report = import_files(options.files, options.to, progress, keep=options.keep)
        except NoSongsError as refused:
            if options.json:
                print(json.dumps(refused.report.as_dict(), ensure_ascii=False))
            raise
    print(json.dumps(report.as_dict(), ensure_ascii=False) if options.json else report.words())


def _build(options: argparse.Namespace) -> None:
    names = ("metric", "neighbours", "threshold")
    said = {name: value for name in names if (value := getattr(options, name)) is not None}
    if "neighbours" in said:
        said["floor"] = min(Settings().floor, said["neighbours"])
    try:
        settings = replace(last_settings(options.directory), **said)
    except ValueError as error:
        parser().error(str(error))
    with telling(as_json=options.progress) as progress:
        try:
            report = build(
                options.directory, settings, progress, songs=options.songs, force=options.force
            )
        except WorseGraphError as refused:
            if options.json:
                print(json.dumps({"version": None, "comparison": refused.comparison}))
            raise
    _show(report.as_dict(), as_json=options.json)


def _rollback(options: argparse.Namespace) -> None:
    _show({"version": roll_back(options.graph)}, as_json=options.json)


def _rank(options: argparse.Namespace) -> None:
    snapshot = open_snapshot(options.graph)
    suited = fit(snapshot.sides, options.emotion)
    nodes = np.argsort(-suited, kind="stable")[: options.n]
    for row in snapshot.rows_of(nodes)[: options.n].tolist():
        track = snapshot.track_at(row)
        score = round(float(suited[snapshot.nodes(np.array([row]))[0]]), 4)
        line = {"track_id": track.id, "title": track.title, "artist": track.artist, "score": score}
        _line(line, f"{score:6.2f}  {track.title} - {track.artist}", options)


def _suggest(options: argparse.Namespace) -> None:
    snapshot = open_snapshot(options.graph)
    filters = Filters(options.language, options.genre, options.decade, explicit=not options.clean)
    request = Request(
        options.emotions,
        options.aim,
        options.liked,
        options.disliked,
        excluded=options.exclude,
        n=options.n,
        filters=filters,
        freshness=options.freshness,
    )
    picks = suggest(snapshot, request, rng=np.random.default_rng(options.seed)).picks
    if not picks:
        raise GraphError(f"expected a song that passes all filters, found none in {options.graph}")
    for pick in picks:
        track, reason = pick.track, in_words(pick.reason)
        _line(pick.as_json(), f"{track.title} - {track.artist}: {reason}", options)


def _evaluate(options: argparse.Namespace) -> None:
    from graph.evaluation.evaluate import as_page, evaluate  # only this command simulates people

    with telling(as_json=False) as progress:
        rng = np.random.default_rng(options.seed)
        scores = evaluate(options.table, progress, rng=rng, people=options.people)
    command = (
        f"python -m graph evaluate {options.table} --seed {options.seed} --people {options.people}"
    )
    _save(options.to, as_page(scores, command).encode())
    for score in scores:
        _line(asdict(score), f"{score.value:.3f}  {score.figure} ({score.note})", options)


def _inspect(options: argparse.Namespace) -> None:
    snapshot = open_snapshot(options.graph)
    verify(options.graph / snapshot.version, snapshot.manifest)
    figures = {
        "version": snapshot.version,
        "tracks": len(snapshot),
        "nodes": len(snapshot.sides),
        "edges": int(snapshot.likeness.nnz),
        "features": snapshot.names,
        "settings": snapshot.manifest["settings"],
        "quality": snapshot.manifest["quality"],
        "bytes": sum(file["bytes"] for file in snapshot.manifest["files"].values()),
    }
    _show(figures, as_json=options.json)


def _draw(options: argparse.Namespace) -> None:
    from graph.drawing import (
        draw,  # matplotlib takes a second to load, and no other command needs it
    )

    snapshot = open_snapshot(options.graph)
    if options.track is None:
        _save(options.out, draw.draw_map(snapshot))
    else:
        _save(options.out, draw.draw_neighbourhood(snapshot, options.track))


def _export(options: argparse.Namespace) -> None:
    import networkx as nx

    from graph.drawing.networks import subgraph

    snapshot = open_snapshot(options.graph)
    network = subgraph(snapshot, np.arange(len(snapshot.sides)))
    kinds = zones(snapshot.sides)
    for node, kind in enumerate(kinds):
        track = snapshot.track_at(int(snapshot.starts[node]))
        named = {"title": track.title, "artist": track.artist, "track_id": track.id}
        network.nodes[node].update(named, zone=ZONES[kind].value)
    _save(options.out, "\n".join(nx.generate_graphml(network)).encode())


def _save(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise GraphError(f"expected a place for a file at {path}: {error}") from error


def _show(figures: dict[str, Any], *, as_json: bool) -> None:  # JSON
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))
        return
    for name, value in figures.items():
        if name == "comparison":
            for check in value:
                print(f"{name}: {Check(**check).words()}")
        elif isinstance(value, dict):
            _show({f"{name}.{inner}": each for inner, each in value.items()}, as_json=False)
        else:
            print(f"{name}: {value}")


def _line(values: dict[str, Any], plain: str, options: argparse.Namespace) -> None:  # JSON
    print(json.dumps(values, ensure_ascii=False) if options.json else " ".join(plain.split()))


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected at least 1, found {number}")
    return number


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _ids(text: str) -> tuple[TrackId, ...]:
    return tuple(map(TrackId, _parts(text)))


def _words(text: str) -> frozenset[str]:
    return frozenset(_parts(text))


def _decades(text: str) -> frozenset[int]:
    return frozenset(int(part) // 10 * 10 for part in _parts(text))


def _share(text: str) -> float:
    number = float(text)
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"expected 0 to 1, found {number}")
    return number


def _scores(text: str) -> EmotionScores:
    pairs = (part.partition("=") for part in text.split(","))
    try:
        weights = {Emotion(name.strip()): float(weight) for name, _, weight in pairs}
        return EmotionScores.from_weights(weights)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"expected happy=0.7,sad=0.3: {error}") from error


if __name__ == "__main__":
    sys.exit(main())
