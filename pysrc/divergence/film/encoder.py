"""Frames to a film: H.264, WebM, GIF or numbered PNGs. FFmpeg comes with imageio-ffmpeg."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .. import checks
from ..errors import VideoError
from ..scenes.render_options import FORMATS


class FilmWriter:
    """Writes the frames of one film; it appears under its name when it is whole, or not at all.

    Use as a context: leaving it without an exception finishes the film.

    Args:
        path: what to write. "png" makes a folder of this name, with frame-00000.png and so on.
        shape: (rows, columns) of every frame, and of the film, whatever they are.
        fps: frames a second, positive.
        format: "mp4", "webm", "gif" or "png"; by default the path's suffix.

    Raises:
        ValueError: a bad value.
        VideoError: FFmpeg cannot be started or has failed, in its own words.
        OSError: the place cannot be written to.
    """

    def __init__(
        self, path: Path, shape: tuple[int, int], fps: float = 30.0, format: str | None = None
    ) -> None:
        self.path = Path(path)
        self.format = checks.choice("format", format or self.path.suffix[1:], FORMATS)
        self.shape = tuple(shape)
        self.frames = 0
        self._encoder: subprocess.Popen | None = None
        self._part = self.path.with_name(f".{self.path.name}.part")
        _remove(self._part)
        if self.format == "png":
            self._part.mkdir()
            return
        fps = checks.number("fps", fps, positive=True)
        # FFmpeg is given the file and not its name: should we be killed, it may live a moment
        # longer, and must not touch what our successor writes under the same name.
        with open(self._part, "wb") as file:
            place = f"/proc/self/fd/{file.fileno()}"
            command = _command(place, self.shape, fps, self.format)
            self._words = tempfile.TemporaryFile()  # noqa: SIM115, closed with the encoder
            try:
                self._encoder = subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=self._words,
                    pass_fds=[file.fileno()],
                    start_new_session=True,  # Ctrl-C is ours to answer
                )
            except OSError as error:
                _remove(self._part)
                said = f"{command[0]}: {error.strerror}: FFmpeg cannot be started"
                raise VideoError(said) from None

    def write(self, rgb: NDArray[np.uint8]) -> None:
        """Appends a frame (rows, columns, 3), top row first."""
        if rgb.shape != (*self.shape, 3) or rgb.dtype != np.uint8:
            raise ValueError(
                f"a frame must be uint8 {(*self.shape, 3)}, not {rgb.dtype} {rgb.shape}"
            )
        if self._encoder is None:
            Image.fromarray(rgb).save(self._part / f"frame-{self.frames:05d}.png")
        else:
            try:
                self._encoder.stdin.write(np.ascontiguousarray(rgb).data)
            except OSError:
                raise self._failure() from None
        self.frames += 1

    def finish(self) -> None:
        """Ends the film, looks whether every frame is in it, and gives it its name."""
        if self._encoder is not None:
            try:
                self._encoder.stdin.close()
            except OSError:
                raise self._failure() from None
            if self._encoder.wait() != 0 or self._count() != self.frames:
                raise self._failure()
            self._words.close()
        if self.format == "png":
            _remove(self.path)
        os.replace(self._part, self.path)

    def abandon(self) -> None:
        """Stops, and leaves nothing."""
        if self._encoder is not None:
            self._encoder.kill()
            self._encoder.wait()
            self._words.close()
        _remove(self._part)

    def __enter__(self) -> "FilmWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.finish()
                return
        except BaseException:
            self.abandon()
            raise
        self.abandon()

    def _count(self) -> int:
        try:
            import imageio_ffmpeg

            return imageio_ffmpeg.count_frames_and_secs(str(self._part))[0]
        except (OSError, RuntimeError):
            return -1

    def _failure(self) -> VideoError:
        self._encoder.wait()
        self._words.seek(0)
        said = self._words.read().decode(errors="replace").strip().splitlines()
        reason = f"it ended with status {self._encoder.returncode}"
        if said:  # the first line is the cause; it begins with FFmpeg's [part @ address]
            reason = said[0].rpartition("] ")[2]
        return VideoError(f"{self.path}: FFmpeg stopped after {self.frames} frames: {reason}")


def check(folder: Path, shape: tuple[int, int], fps: float, format: str) -> None:
    """Encodes two frames and throws them away: FFmpeg's errors, before any long work."""
    checks.choice("format", format, FORMATS)
    trial = Path(folder) / f".trial.{format}"
    try:
        with FilmWriter(trial, shape, fps, format) as film:
            for _ in range(2):
                film.write(np.zeros((*shape, 3), np.uint8))
    finally:
        _remove(trial)


def _command(place: str, shape: tuple[int, int], fps: float, format: str) -> list[str]:
    rows, columns = shape
    # Browsers want two rows and columns to a chroma sample, so odd sizes keep every one of them.
    pixels = "yuv420p" if rows % 2 == columns % 2 == 0 else "yuv444p"
    # Said in the file, or players guess the matrix from the size.
    colours = ["-vf", "scale=out_color_matrix=bt709:out_range=tv", "-colorspace", "bt709"]
    colours += ["-color_primaries", "bt709", "-color_trc", "iec61966-2-1", "-color_range", "tv"]
    codec = {
        "mp4": ["-c:v", "libx264", "-crf", "16", "-pix_fmt", pixels, *colours],
        "webm": ["-c:v", "libvpx-vp9", "-crf", "24", "-b:v", "0", "-row-mt", "1"]
        + ["-cpu-used", "4", "-pix_fmt", pixels, *colours],
        # A palette a frame: one for the film would hold all its frames in memory.
        "gif": ["-vf", "split[a][b];[a]palettegen=stats_mode=single[p];[b][p]paletteuse=new=1"],
    }[format]
    if format == "mp4":
        codec += ["-movflags", "+faststart"]
    source = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{columns}x{rows}", "-r", f"{fps:.6f}"]
    return [
        *[_ffmpeg(), "-hide_banner", "-loglevel", "error", "-y", *source, "-i", "-"],
        *[*codec, "-fflags", "+bitexact", "-f", format, place],
    ]


def _ffmpeg() -> str:
    import imageio_ffmpeg

    try:
        return imageio_ffmpeg.get_ffmpeg_exe()
    except RuntimeError:
        raise VideoError("no FFmpeg: run 'make', which installs imageio-ffmpeg's") from None


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
