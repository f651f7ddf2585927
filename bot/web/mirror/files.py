"""What the mirror's page consists of: its own files, the networks, LiteRT's WebAssembly."""

import gzip
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from bot.web.mirror.fetch import RUNTIME, packed_name
from inference.quantised import MODELS
from inference.weights import Weights, weights_path

PAGE = Path(__file__).parent / "page"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".tflite": "application/octet-stream",
    ".wasm": "application/wasm",
}
BUILDS = ("default", "compat")


@dataclass(frozen=True, slots=True)
class PageFile:
    """A small file of the page, in memory.

    Attributes:
        packed: The same, gzipped.
    """

    content: bytes = field(repr=False)
    packed: bytes = field(repr=False)
    media_type: str
    tag: str

    @classmethod
    def read(cls, path: Path) -> "PageFile":
        """Return a file as it is now."""
        content = path.read_bytes()
        packed = gzip.compress(content, mtime=0)
        return cls(content, packed, TYPES[path.suffix], f'"{sha256(content).hexdigest()[:16]}"')


@dataclass(frozen=True, slots=True)
class LargeFile:
    """A file that is the same for ever under its address, which names its content.

    Attributes:
        packed: Brotli's form of it; None where set-up could not make one.
    """

    path: Path
    size: int
    digest: str
    media_type: str
    packed: Path | None

    @classmethod
    def of(cls, path: Path, runtime: Path) -> "LargeFile":
        """Return what is to know about a file.

        Args:
            path: Of the file.
            runtime: The folder with packed forms.
        """
        content = path.read_bytes()
        digest = sha256(content).hexdigest()
        packed = runtime / packed_name(digest)
        return cls(
            path, len(content), digest, TYPES[path.suffix], packed if packed.exists() else None
        )

    @property
    def key(self) -> str:
        """The part of the address that names it."""
        return self.digest[:20] + self.path.suffix

    def as_json(self) -> dict[str, Any]:
        """Return what the page needs to fetch it."""
        return {"url": f"files/{self.key}", "size": self.size}


# Side of the input, its channels, and the type of its values.
NETWORKS: dict[str, tuple[list[int], str]] = {
    "full_range": ([1, 192, 192, 3], "float32"),
    "short_range": ([1, 128, 128, 3], "float32"),
    "mesh": ([1, 192, 192, 3], "float32"),
    "emotion": ([1, 48, 48, 1], "int8"),
    "cover": ([1, 48, 48, 1], "int8"),
}


def network_paths() -> dict[str, Path]:
    """Return where each network lies: three in an installed package, two in the project.

    Raises:
        ModelError: The package or a file is missing or is not the expected one.
    """
    return {
        "full_range": weights_path(Weights.FULL_RANGE),
        "short_range": weights_path(Weights.SHORT_RANGE),
        "mesh": weights_path(Weights.MESH),
        "emotion": (MODELS / "emotion").with_suffix(".tflite"),
        "cover": (MODELS / "cover").with_suffix(".tflite"),
    }


def page_files() -> dict[str, PageFile]:
    """Return the page's own files by name."""
    return {path.name: PageFile.read(path) for path in PAGE.iterdir() if path.suffix in TYPES}


def runtime_files(runtime: Path = RUNTIME) -> dict[str, LargeFile]:
    """Return glue and WebAssembly of both builds by name; nothing where set-up has not been."""
    paths = [runtime / f"{build}{suffix}" for build in BUILDS for suffix in (".js", ".wasm")]
    if not all(path.exists() for path in paths):
        return {}
    return _large(paths, runtime)


def network_files(runtime: Path = RUNTIME) -> dict[str, LargeFile]:
    """Return the networks by name."""
    return {name: LargeFile.of(path, runtime) for name, path in network_paths().items()}


def _large(paths: Iterable[Path], runtime: Path) -> dict[str, LargeFile]:
    return {path.name: LargeFile.of(path, runtime) for path in paths}


@cache
def mesh_lines() -> dict[str, list[int]]:
    """Return which points of the mesh are joined, as pairs of numbers one after another.

    MediaPipe is at hand wherever faces are read; it takes seconds to import where it is not.
    """
    from mediapipe.tasks.python.vision import face_landmarker

    known = face_landmarker.FaceLandmarksConnections
    contours = [
        *known.FACE_LANDMARKS_LIPS,
        *known.FACE_LANDMARKS_LEFT_EYE,
        *known.FACE_LANDMARKS_LEFT_EYEBROW,
        *known.FACE_LANDMARKS_RIGHT_EYE,
        *known.FACE_LANDMARKS_RIGHT_EYEBROW,
        *known.FACE_LANDMARKS_FACE_OVAL,
    ]
    return {"lines": _pairs(known.FACE_LANDMARKS_TESSELATION), "contours": _pairs(contours)}


def _pairs(connections: Iterable[Any]) -> list[int]:  # MediaPipe carries no types
    """Return each pair once, whichever way round it was."""
    pairs = {tuple(sorted((each.start, each.end))) for each in connections}
    return [point for pair in sorted(pairs) for point in pair]
