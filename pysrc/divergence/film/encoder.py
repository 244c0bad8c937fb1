"""Frames to a film: MP4, WebM, GIF or numbered PNGs. FFmpeg comes with imageio-ffmpeg."""

import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .. import checks, places
from ..errors import VideoError
from ..files import part_of, place_of, put_in_place, remove
from ..scenes.render_options import CODECS, FORMATS

NUMBERED = r"\d{5,}\.png"
# Frames a second, at least and at most. A GIF shows a frame for hundredths of a second: two at
# least, since players take one for ten, and 65 535 at most. WebM counts milliseconds.
RATES = {
    "mp4": (Fraction(1, 1000), 1000),
    "webm": (Fraction(1, 1000), 1000),
    "gif": (Fraction(1, 600), 50),
}
TEN_BITS = ("h265", "av1")
ENCODERS = {
    "h264": ["-c:v", "libx264", "-crf", "16"],
    "h265": ["-c:v", "libx265", "-crf", "18", "-tag:v", "hvc1", "-x265-params", "log-level=error"],
    "vp9": ["-c:v", "libvpx-vp9", "-crf", "24", "-b:v", "0", "-row-mt", "1", "-cpu-used", "4"],
    "av1": ["-c:v", "libsvtav1", "-crf", "24", "-preset", "8"],
}


class FilmWriter:
    """Writes the frames of one film; it appears under its name when it is whole, or not at all.

    Use as a context: leaving it without an exception finishes the film.

    Args:
        path: what to write. "png" makes a folder of this name, with 00000.png and so on; of a
            folder that is there, pictures with these names are replaced, and other numbered ones
            removed if all frames are written.
        shape: (rows, columns) of every frame, and of the film; but H.264 has no odd numbers of
            them, and repeats the last row or column.
        fps: frames a second, a number or a text such as "30000/1001"; see RATES.
        format: "mp4", "webm", "gif" or "png"; by default the path's suffix.
        codec: see RenderOptions.
        numbers: of the frames, for a range of a film's; by default 0, 1, ... for all.

    Raises:
        ValueError: a bad value. VideoError: FFmpeg cannot be started or has failed, in its own
        words. OSError: the place cannot be written to.
    """

    def __init__(
        self,
        path: Path,
        shape: tuple[int, int],
        fps: checks.Rate = 30.0,
        format: str | None = None,
        codec: str = "",
        numbers: Sequence[int] | None = None,
    ) -> None:
        self.path = Path(path)
        self.format = checks.choice("format", format or self.path.suffix[1:], FORMATS)
        self.shape = shape[0], shape[1]
        self.numbers = numbers
        self.frames = 0
        self._encoder: subprocess.Popen[bytes] | None = None
        if self.format == "png":
            self._part = part_of(self.path)
            self._part.mkdir()
            return
        self._place = place_of(self.path)
        self._part = part_of(self._place)
        # FFmpeg is given the file and not its name: should we be killed, it may live a moment
        # longer, and must not touch what our successor writes under the same name.
        with open(self._part, "xb") as file:
            place = f"/proc/self/fd/{file.fileno()}"
            self._words = tempfile.TemporaryFile()  # noqa: SIM115, closed with the encoder
            try:
                command = _command(place, self.shape, fps, self.format, codec)
                self._encoder = subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=self._words,
                    pass_fds=[file.fileno()],
                    env=_environment(),
                    start_new_session=True,  # Ctrl-C is ours to answer
                )
            except OSError as error:
                remove(self._part)
                said = f"{command[0]}: {error.strerror}: FFmpeg cannot be started"
                raise VideoError(said) from None
            except BaseException:
                remove(self._part)
                raise

    def write(self, rgb: NDArray[np.uint8]) -> None:
        """Appends a frame (rows, columns, 3), top row first."""
        if rgb.shape != (*self.shape, 3) or rgb.dtype != np.uint8:
            raise ValueError(
                f"a frame must be uint8 {(*self.shape, 3)}, not {rgb.dtype} {rgb.shape}"
            )
        if self._encoder is None:
            number = self.frames if self.numbers is None else self.numbers[self.frames]
            Image.fromarray(np.ascontiguousarray(rgb)).save(self._part / picture_name(number))
        else:
            assert self._encoder.stdin is not None
            try:
                self._encoder.stdin.write(np.ascontiguousarray(padded(rgb, self.format)).data)
            except OSError:
                raise self._failure() from None
        self.frames += 1

    def finish(self) -> None:
        """Ends the film, looks whether every frame is in it, and gives it its name."""
        if self._encoder is None:
            self._finish_folder()
            return
        assert self._encoder.stdin is not None
        try:
            self._encoder.stdin.close()
        except OSError:
            raise self._failure() from None
        if self._encoder.wait() != 0 or self._count() != self.frames:
            raise self._failure()
        self._words.close()
        put_in_place(self._part, self._place)

    def abandon(self) -> None:
        """Stops, and leaves nothing."""
        if self._encoder is not None:
            self._encoder.kill()
            self._encoder.wait()
            self._words.close()
        remove(self._part)

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

    def _finish_folder(self) -> None:
        if not self.path.exists():
            os.replace(self._part, self.path)
            return
        written = {picture.name for picture in self._part.iterdir()}
        for name in sorted(written):
            os.replace(self._part / name, self.path / name)
        self._part.rmdir()
        if self.numbers is None:
            for picture in self.path.iterdir():
                if re.fullmatch(NUMBERED, picture.name) and picture.name not in written:
                    picture.unlink()

    def _count(self) -> int:
        """The frames that FFmpeg finds in what it wrote; -1 where it finds no film."""
        command = [_ffmpeg(), "-hide_banner", "-i", str(self._part)]
        command += ["-map", "0:v:0", "-c", "copy", "-f", "null", "-"]
        ended = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, env=_environment()
        )
        counts = re.findall(rb"frame= *(\d+)", ended.stderr)
        return int(counts[-1]) if counts and ended.returncode == 0 else -1

    def _failure(self) -> VideoError:
        assert self._encoder is not None
        self._encoder.wait()
        self._words.seek(0)
        said = self._words.read().decode(errors="replace").strip().splitlines()
        reason = f"it ended with status {self._encoder.returncode}"
        if said:  # the first line is the cause; it begins with FFmpeg's [part @ address]
            reason = said[0].rpartition("] ")[2]
        return VideoError(f"{self.path}: FFmpeg stopped after {self.frames} frames: {reason}")


def picture_name(number: int) -> str:
    """The file of a numbered picture."""
    return f"{number:05d}.png"


def check(shape: tuple[int, int], fps: checks.Rate, format: str, codec: str = "") -> None:
    """Encodes two frames and throws them away: FFmpeg's errors, before any long work."""
    with (
        tempfile.TemporaryDirectory() as folder,
        FilmWriter(Path(folder) / "trial", shape, fps, format, codec) as film,
    ):
        for _ in range(2):
            film.write(np.zeros((*shape, 3), np.uint8))


def shape_of(shape: tuple[int, int], format: str) -> tuple[int, int]:
    """The (rows, columns) of a film's frames: even ones of H.264, since players want two rows and
    two columns to a sample of colour."""
    rows, columns = shape
    return (rows + rows % 2, columns + columns % 2) if format == "mp4" else (rows, columns)


def padded(rgb: NDArray[np.uint8], format: str) -> NDArray[np.uint8]:
    """A frame of the film's shape, with its last row or column twice where one is missing."""
    rows, columns = shape_of(rgb.shape[:2], format)
    wider = ((0, rows - rgb.shape[0]), (0, columns - rgb.shape[1]), (0, 0))
    return np.pad(rgb, wider, "edge") if np.any(wider) else rgb


def _command(
    place: str, shape: tuple[int, int], fps: checks.Rate, format: str, codec: str
) -> list[str]:
    rate = checks.rate("fps", fps)
    least, most = RATES[format]
    if not least <= rate <= most:
        raise ValueError(f"fps must be from {least} to {most} for {format}, not {fps}")
    rows, columns = shape_of(shape, format)
    # A palette a frame: one for the film would hold all its frames in memory.
    how = ["-vf", "split[a][b];[a]palettegen=stats_mode=single[p];[b][p]paletteuse=new=1"]
    if format in CODECS:
        codec = codec or CODECS[format][0]
        pixels = "yuv420p10le" if codec in TEN_BITS else "yuv420p"
        # Said of the film, or players guess the matrix from its size.
        colours = f"scale=out_color_matrix=bt709:out_range=tv,format={pixels},setparams=range=tv"
        colours += ":color_primaries=bt709:color_trc=bt709:colorspace=bt709"
        how = [*ENCODERS[codec], "-vf", colours]
    if format == "mp4":
        how += ["-movflags", "+faststart"]
    source = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{columns}x{rows}", "-r", str(rate)]
    return [
        *[_ffmpeg(), "-hide_banner", "-loglevel", "error", "-y", *source, "-i", "-"],
        *[*how, "-fflags", "+bitexact", "-f", format, place],
    ]


def _environment() -> dict[str, str]:
    """Without what lets FFmpeg write logs into the folder one is in, or colour its words."""
    own = ("FFREPORT", "AV_LOG_FORCE_COLOR")
    return {name: value for name, value in os.environ.items() if name not in own}


def _ffmpeg() -> str:
    import imageio_ffmpeg

    try:
        return imageio_ffmpeg.get_ffmpeg_exe()
    except RuntimeError:
        raise VideoError(f"no FFmpeg, which comes with imageio-ffmpeg: {places.REMEDY}") from None
