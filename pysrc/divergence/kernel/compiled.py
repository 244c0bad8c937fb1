"""Libraries of maps that are written while the program runs, compiled once and kept.

The compiler and its flags are those that linked the project's own libraries: the third line of
build/cpu.recipe or build/cuda.recipe. A library is kept in the user's cache under a digest of all
that it is made of. It is made in a folder of its own, which is renamed when it is whole: so two
processes can make the same one, and a process that is killed leaves nothing that looks like one.
"""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from .. import places
from ..errors import LibraryError

LIBRARY = "formula.so"
LONG = 50_000  # characters of a source: it is compiled with less effort, to the same bits
KEPT = 1000  # libraries of 200 kB or so; the least recently used are removed


_whole: set[Path] = set()  # those that this process has looked at


class NoCompilerError(LibraryError):
    """There is no compiler here, or the project's libraries were not built by one."""


def folder() -> Path:
    """Where libraries are kept: $XDG_CACHE_HOME/divergence, by default under ~/.cache."""
    home = os.environ.get("XDG_CACHE_HOME")
    return Path(home or Path.home() / ".cache") / "divergence"


def library_of(source: str, build: Path, headers: Path, backend: str) -> Path:
    """The library of a C++ source, compiled if it is not in the cache.

    Args:
        source: the whole text, which includes headers of the project.
        build: the folder with the recipes.
        headers: the folder with the headers.
        backend: "cpu" or "cuda".

    Raises:
        NoCompilerError: there is no compiler, or DIVERGENCE_INTERPRET says to do without.
        LibraryError: it does not compile, or the cache cannot be written to.
    """
    if os.environ.get("DIVERGENCE_INTERPRET"):
        raise NoCompilerError("DIVERGENCE_INTERPRET is set")
    command = _command(build, backend)
    if backend == "cpu":
        command = (*command, "-O1" if len(source) > LONG else "-O2")
    recipe = "\0".join([source, *command, _headers_digest(headers)])
    digest = hashlib.sha256(recipe.encode()).hexdigest()[:40]
    home = folder() / f"{digest}.{backend}"
    library = home / LIBRARY
    if library in _whole or is_whole(library):
        if library not in _whole:
            os.utime(home)
        _whole.add(library)
        return library
    try:
        folder().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".", suffix=".part", dir=folder()) as part:
            made = Path(part) / "made"
            made.mkdir()
            _compile(source, made, [*command, f"-I{headers}"], headers)
            _put(made, home)
    except OSError as error:
        raise LibraryError(f"{error.filename or folder()}: {error.strerror}") from None
    _tidy(keep=home)
    return library


def is_whole(library: Path) -> bool:
    """Whether a library has the checksum that was noted last in its stamp; loading one that was
    cut short would kill the process."""
    try:
        noted = library.with_suffix(".stamp").read_text().split()[-2]
        return hashlib.sha256(library.read_bytes()).hexdigest() == noted
    except (OSError, IndexError, UnicodeDecodeError):
        return False


def is_current(library: Path, sources: Path) -> bool:
    """Whether the sources that a library's stamp names are still what they were."""
    return all(
        _digest(sources.joinpath(*path.parts[1:])) == digest
        for path, digest in _noted(library).items()
        if path.parts[0] == "cuda"
    )


def sources_digest(library: Path) -> str:
    """A digest of the sources that a library was built from."""
    noted = _noted(library)
    digests = [digest for path, digest in noted.items() if path.suffix not in (".recipe", ".so")]
    return hashlib.sha256("".join(digests).encode()).hexdigest()


def _noted(library: Path) -> dict[Path, str]:
    """The files that a library's stamp names, with their checksums."""
    lines = library.with_suffix(".stamp").read_text().splitlines()
    return {Path(name): digest for digest, _, name in (line.partition("  ") for line in lines)}


def _digest(path: Path) -> str:
    """SHA-256 of a file, "" if it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


@cache
def _headers_digest(headers: Path) -> str:
    """Of all that a formula's source may include."""
    files = sorted([*headers.glob("*.h"), headers / "boundary.cu"])
    named = "".join(f"{path.name} {_digest(path)}\n" for path in files)
    return hashlib.sha256(named.encode()).hexdigest()


@cache
def _command(build: Path, backend: str) -> tuple[str, ...]:
    """The compiler and its flags, for this machine and quickly.

    Raises:
        NoCompilerError: there is none.
    """
    try:
        line = (build / f"{backend}.recipe").read_text().splitlines()[2]
        command = re.sub(r"-Xlinker \S+", "", line).split()  # hidden names are hidden enough
    except (OSError, IndexError):
        raise NoCompilerError(f"no recipe for {backend} in {build}: {places.REMEDY}") from None
    if shutil.which(command[0]) is None:
        raise NoCompilerError(f"no compiler: {command[0]} is not here")
    if backend == "cpu" and not any(flag.startswith("-march") for flag in command):
        command.append("-march=native")
    if "nvcc" not in command[0]:  # g++, which compiles for emulated GPUs, too
        command += ["-x", "c++"]
    return tuple(command)


def _compile(source: str, made: Path, command: list[str], headers: Path) -> None:
    """Compiles into a folder, and notes the checksum; flags have paths as build.sh sees them."""
    (made / "formula.cu").write_text(source)
    whole = [*command, "-o", str(made / LIBRARY), str(made / "formula.cu")]
    done = subprocess.run(whole, cwd=headers.parent, capture_output=True, text=True)
    if done.returncode != 0:
        errors = [line for line in done.stderr.splitlines() if "error" in line or "ld:" in line]
        raise LibraryError(f"a formula's source does not compile: {(errors or ['?'])[0]}")
    noted = {"headers": _headers_digest(headers)}
    noted |= {name: _digest(made / name) for name in ("formula.cu", LIBRARY)}
    stamp = "".join(f"{digest}  {name}\n" for name, digest in noted.items())
    (made / LIBRARY).with_suffix(".stamp").write_text(stamp)


def _put(made: Path, home: Path) -> None:
    """Renames a folder to where it is kept, unless a whole one has come there meanwhile."""
    for _ in range(10):
        try:
            made.rename(home)
            return
        except OSError:
            if is_whole(home / LIBRARY):
                return
            shutil.rmtree(home, ignore_errors=True)  # it is damaged
    raise LibraryError(f"{home} cannot be replaced")


def _tidy(keep: Path) -> None:
    """Removes what was not used for longest, where there is too much."""
    homes = [path for path in folder().glob("*.c*") if path.is_dir()]
    if len(homes) <= KEPT:
        return

    def used(path: Path) -> float:
        try:
            return path.stat().st_mtime
        except OSError:
            return 0.0

    for path in sorted(homes, key=used)[: len(homes) - KEPT]:
        if path != keep:
            shutil.rmtree(path, ignore_errors=True)
