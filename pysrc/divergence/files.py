"""Files that are whole or not there."""

import contextlib
import errno
import os
import re
import secrets
import shutil
import stat
import tempfile
from pathlib import Path

PART = r"\.{name}(\.[0-9a-f]{{8}})?\.part"  # what a file is called while it is being written


def check_writable(path: Path) -> Path:
    """Makes the folders above a file-to-be and looks whether it could be written under its very
    name, so that no long work is done for nothing.

    Returns:
        As place_of().

    Raises:
        OSError: it could not be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    place = place_of(path)
    with tempfile.TemporaryFile(dir=place.parent):
        pass
    return place


def place_of(path: Path) -> Path:
    """The file that is written under a path: like cp, where its links lead.

    Raises:
        OSError: a folder has this name, the name is too long, a link leads nowhere, or the file is
            write-protected.
    """
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        if path.is_symlink():
            raise OSError(errno.ENOENT, "the link leads nowhere", str(path)) from None
    else:
        wrong = errno.EISDIR if stat.S_ISDIR(mode) else errno.EACCES
        if wrong == errno.EISDIR or not os.access(path, os.W_OK):
            raise OSError(wrong, os.strerror(wrong), str(path))
    return Path(os.path.realpath(path))


def part_of(path: Path) -> Path:
    """A name beside a file, which nothing has yet, for its content until it is whole."""
    longest = os.pathconf(path.parent, "PC_NAME_MAX") - len("..01234567.part")
    name = path.name if len(os.fsencode(path.name)) <= longest else path.name[: longest // 4]
    return path.with_name(f".{name}.{secrets.token_hex(4)}.part")


def remove_parts(folder: Path, names: str) -> None:
    """Removes from a folder what processes that were killed have left of files whose names match
    a regular expression."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        for path in folder.iterdir():
            if re.fullmatch(PART.format(name=f"({names})"), path.name):
                remove(path)


def remove(path: Path) -> None:
    """Removes a file, a link or a folder, if there is one."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def write(path: Path, content: bytes) -> None:
    """Writes a file, whole or not at all; through links, and with the permissions that it had.

    Raises:
        OSError: of the place or of the disk; nothing is left of the new content then.
    """
    try:
        place = place_of(path)
        if place.exists() and not place.is_file():  # a pipe or a device
            place.write_bytes(content)
            return
        part = part_of(place)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None
    try:
        with open(part, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        put_in_place(part, place)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(path)) from None
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def put_in_place(part: Path, place: Path) -> None:
    """Gives a whole file its name, and the permissions of the one that it replaces."""
    with contextlib.suppress(FileNotFoundError):
        os.chmod(part, stat.S_IMODE(os.stat(place).st_mode))
    os.replace(part, place)
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
