"""Films decode to the frames that went in, have the size asked for, and are whole or absent."""

import os
import subprocess

import imageio.v3 as iio
import imageio_ffmpeg
import numpy as np
import pytest
from divergence.errors import VideoError
from divergence.film import encoder
from divergence.film.encoder import FilmWriter
from PIL import Image

GREYS = (10, 90, 170, 250)


def write(path, shape, greys=GREYS):
    with FilmWriter(path, shape, 25) as film:
        for grey in greys:
            film.write(np.full((*shape, 3), grey, np.uint8))


def stream(path):
    """What FFmpeg says of the file's video stream."""
    said = subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-i", path], capture_output=True, text=True
    ).stderr
    return next(line for line in said.splitlines() if "Video:" in line)


@pytest.mark.parametrize("suffix", ["mp4", "webm"])
@pytest.mark.parametrize("shape", [(48, 64), (37, 51), (2, 2), (1, 7), (1, 1)])
def test_a_film_has_the_frames_and_the_size_asked_for(tmp_path, suffix, shape):
    path = tmp_path / f"film.{suffix}"
    write(path, shape)
    frames = iio.imread(path, plugin="FFMPEG")
    assert frames.shape == (4, *shape, 3)
    assert abs(frames.mean(axis=(1, 2, 3)) - GREYS).max() < 4
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_an_even_film_is_what_browsers_play(tmp_path):
    write(tmp_path / "film.mp4", (32, 32))
    said = stream(tmp_path / "film.mp4")
    assert "h264" in said and "yuv420p" in said and "25 fps" in said
    data = (tmp_path / "film.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")  # it can start before it is loaded


def test_colours_survive(tmp_path):
    colours = np.uint8([[200, 30, 30], [30, 160, 30], [40, 40, 220], [250, 200, 20]])
    with FilmWriter(tmp_path / "film.mp4", (64, 64), 30) as film:
        for colour in colours:
            film.write(np.broadcast_to(colour, (64, 64, 3)).copy())
    frames = iio.imread(tmp_path / "film.mp4", plugin="FFMPEG")
    assert abs(frames.mean(axis=(1, 2)) - colours).max() < 4


def test_gif_and_numbered_pngs(tmp_path):
    write(tmp_path / "film.gif", (20, 30))
    with Image.open(tmp_path / "film.gif") as gif:
        assert (gif.n_frames, gif.size) == (4, (30, 20))
    write(tmp_path / "film.png", (20, 30))
    names = sorted(path.name for path in (tmp_path / "film.png").iterdir())
    assert names == [f"frame-{i:05d}.png" for i in range(4)]
    assert (iio.imread(tmp_path / "film.png" / names[2]) == GREYS[2]).all()


def test_the_same_frames_make_the_same_bytes(tmp_path):
    write(tmp_path / "one.mp4", (32, 48))
    write(tmp_path / "two.mp4", (32, 48))
    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()


def test_an_abandoned_film_leaves_nothing_and_an_older_one_alone(tmp_path):
    path = tmp_path / "film.mp4"
    path.write_bytes(b"older")
    with pytest.raises(KeyboardInterrupt), FilmWriter(path, (32, 32), 30) as film:
        film.write(np.zeros((32, 32, 3), np.uint8))
        raise KeyboardInterrupt
    assert [entry.name for entry in tmp_path.iterdir()] == ["film.mp4"]
    assert path.read_bytes() == b"older"


def test_an_encoder_that_dies_is_reported_in_one_line(tmp_path):
    rng = np.random.default_rng(3)
    with pytest.raises(VideoError, match=r"film\.mp4: FFmpeg") as caught:  # noqa: SIM117
        with FilmWriter(tmp_path / "film.mp4", (64, 64), 30) as film:
            film.write(rng.integers(0, 256, (64, 64, 3), dtype=np.uint8))
            film._encoder.kill()
            film._encoder.wait()
            film.write(rng.integers(0, 256, (64, 64, 3), dtype=np.uint8))
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_a_missing_encoder_is_found_before_any_work(tmp_path, monkeypatch):
    monkeypatch.setattr(imageio_ffmpeg, "get_ffmpeg_exe", lambda: os.devnull)
    with pytest.raises(VideoError, match="cannot be started"):
        encoder.check(tmp_path, (32, 32), 30, "mp4")
    monkeypatch.undo()
    encoder.check(tmp_path, (32, 32), 30, "mp4")
    assert not list(tmp_path.iterdir())
