"""Files that are whole or not there."""

import contextlib
import os
import tempfile
from pathlib import Path


def check_writable(path: Path) -> None:
    """Makes the folders above a file-to-be, so that no long work is done for nothing.

    Raises:
        OSError: a file could not be written there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=path.parent):
        pass


def write(path: Path, content: bytes) -> None:
    """Writes a file, whole or not at all.

    Raises:
        OSError: of the place or of the disk; nothing is left of the new content then.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        with open(part, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(path)) from None
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
