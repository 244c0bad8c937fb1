"""Films decode to the frames that went in, have the size asked for, and are whole or absent."""

import os
import subprocess
from fractions import Fraction

import imageio.v3 as iio
import imageio_ffmpeg
import numpy as np
import pytest
from divergence.errors import VideoError
from divergence.film import encoder
from divergence.film.encoder import FilmWriter
from divergence.scenes.render_options import RenderOptions
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
def test_a_film_has_the_frames_and_the_size_asked_for_but_that_h264_has_even_ones(
    tmp_path, suffix, shape
):
    path = tmp_path / f"film.{suffix}"
    write(path, shape)
    frames = iio.imread(path, plugin="FFMPEG")
    even = tuple(n + n % 2 for n in shape)
    assert frames.shape == (4, *(even if suffix == "mp4" else shape), 3)
    assert abs(frames.mean(axis=(1, 2, 3)) - GREYS).max() < 4
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("shape", [(32, 32), (31, 33)])
def test_a_film_is_what_browsers_play_and_says_its_colours(tmp_path, shape):
    write(tmp_path / "film.mp4", shape)
    said = stream(tmp_path / "film.mp4")
    assert "h264 (High)" in said and "yuv420p(tv, bt709, progressive)" in said and "25 fps" in said
    data = (tmp_path / "film.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")  # it can start before it is loaded


def test_colours_survive(tmp_path):
    colours = np.uint8([[200, 30, 30], [30, 160, 30], [40, 40, 220], [250, 200, 20]])
    with FilmWriter(tmp_path / "film.mp4", (64, 64), 30) as film:
        for colour in colours:
            film.write(np.broadcast_to(colour, (64, 64, 3)).copy())
    frames = iio.imread(tmp_path / "film.mp4", plugin="FFMPEG")
    assert abs(frames.mean(axis=(1, 2)) - colours).max() < 4


@pytest.mark.parametrize(
    "suffix, codec, said",
    [
        ("mp4", "h265", "hevc (Main 10) (hvc1"),
        ("mp4", "av1", "(Main) (av01"),
        ("webm", "av1", "(Main), yuv420p10le"),
    ],
)
def test_h265_and_av1_have_ten_bits_and_the_frames_that_went_in(tmp_path, suffix, codec, said):
    path = tmp_path / f"film.{suffix}"
    with FilmWriter(path, (64, 96), 25, codec=codec) as film:
        for grey in GREYS:
            film.write(np.full((64, 96, 3), grey, np.uint8))
    assert said in stream(path) and "yuv420p10le(tv, bt709" in stream(path)
    frames = iio.imread(path, plugin="FFMPEG")
    assert frames.shape == (4, 64, 96, 3)
    assert abs(frames.mean(axis=(1, 2, 3)) - GREYS).max() < 4


@pytest.mark.parametrize(
    "options, said",
    [
        ({"format": "webm", "codec": "h265"}, "codec of webm must be one of vp9, av1, not 'h265'"),
        ({"format": "gif", "codec": "av1"}, "codec is of mp4 and webm; gif has no choice"),
    ],
)
def test_a_codec_that_a_format_has_not_is_refused(options, said):
    with pytest.raises(ValueError, match=said):
        RenderOptions(**options)


def test_an_odd_film_ends_with_its_last_row_and_column_twice(tmp_path):
    rows, columns = np.mgrid[:9, :9]
    picture = np.dstack([40 + 20 * rows, 40 + 20 * columns, 0 * rows]).astype(np.uint8)
    assert np.array_equal(encoder.padded(picture, "mp4")[:9, :9], picture)
    assert np.array_equal(encoder.padded(picture, "mp4")[9, :9], picture[8])
    assert np.array_equal(encoder.padded(picture, "mp4")[:9, 9], picture[:, 8])
    for format in ("webm", "gif", "png"):
        assert encoder.padded(picture, format) is picture


@pytest.mark.parametrize("suffix", ["mp4", "webm"])
@pytest.mark.parametrize("fps", ["30000/1001", 29.97002997])
def test_frames_a_second_may_be_a_fraction(tmp_path, suffix, fps):
    path = tmp_path / f"film.{suffix}"
    with FilmWriter(path, (16, 16), fps) as film:
        for _ in range(3):
            film.write(np.zeros((16, 16, 3), np.uint8))
    assert "29.97 fps" in stream(path)
    if suffix == "mp4":  # whose clock ticks 30 000 times a second; WebM counts milliseconds
        assert "30k tbn" in stream(path)


@pytest.mark.parametrize("fps", [1, 12, 24, "30000/1001", 30, 40, 50])
def test_a_gif_shows_every_frame_for_as_long_as_players_heed(tmp_path, fps):
    path = tmp_path / "film.gif"
    with FilmWriter(path, (8, 8), fps) as film:
        for i in range(25):
            film.write(np.full((8, 8, 3), 10 * i, np.uint8))
    with Image.open(path) as gif:
        shown = []
        for i in range(gif.n_frames):
            gif.seek(i)
            shown.append(gif.info["duration"])
    assert min(shown) >= 20  # milliseconds; players take 10 for 100
    assert np.mean(shown[:-1]) == pytest.approx(1000 / float(Fraction(fps)), rel=0.02)


@pytest.mark.parametrize(
    ("format", "fps", "said"),
    [
        ("gif", 60, "fps must be from 1/600 to 50 for gif, not 60"),
        ("gif", 100, "for gif"),
        ("gif", "1/700", "for gif"),
        ("mp4", 1e-6, "fps must be from 1/1000 to 1000 for mp4"),
        ("webm", 1e5, "for webm"),
        ("mp4", "30/0", "fps must be a number"),
        ("mp4", "fast", "fps must be a number"),
        ("mp4", float("nan"), "fps must be a number"),
        ("mp4", -5, "fps must be positive"),
    ],
)
def test_what_a_format_cannot_show_is_refused_in_a_line_before_any_work(format, fps, said):
    with pytest.raises(ValueError, match=said) as caught:
        encoder.check((8, 8), fps, format)
    assert "\n" not in str(caught.value)


def test_gif_and_numbered_pngs(tmp_path):
    write(tmp_path / "film.gif", (20, 30))
    with Image.open(tmp_path / "film.gif") as gif:
        assert (gif.n_frames, gif.size) == (4, (30, 20))
    write(tmp_path / "film.png", (20, 30))
    names = sorted(path.name for path in (tmp_path / "film.png").iterdir())
    assert names == [f"{i:05d}.png" for i in range(4)]
    assert (iio.imread(tmp_path / "film.png" / names[2]) == GREYS[2]).all()


def test_numbered_pngs_replace_their_like_and_nothing_else(tmp_path):
    path = tmp_path / "film.png"
    write(path, (20, 30), range(6))
    (path / "notes.txt").write_text("mine")
    write(path, (20, 30), range(100, 104))
    names = [*(f"{i:05d}.png" for i in range(4)), "notes.txt"]
    assert sorted(p.name for p in path.iterdir()) == names
    assert (iio.imread(path / "00003.png") == 103).all()
    with FilmWriter(path, (20, 30), 25, "png", numbers=range(2, 4)) as clip:
        for grey in (200, 201):
            clip.write(np.full((20, 30, 3), grey, np.uint8))
    greys = [int(iio.imread(path / f"{i:05d}.png").mean()) for i in range(4)]
    assert greys == [100, 101, 200, 201]


def test_a_film_is_written_where_a_link_leads_and_not_over_a_folder(tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk" / "far.mp4").write_bytes(b"older")
    (tmp_path / "film.mp4").symlink_to("disk/far.mp4")
    write(tmp_path / "film.mp4", (16, 16))
    assert (tmp_path / "film.mp4").is_symlink()
    assert iio.imread(tmp_path / "disk" / "far.mp4", plugin="FFMPEG").shape == (4, 16, 16, 3)
    (tmp_path / "folder.mp4").mkdir()
    with pytest.raises(IsADirectoryError):
        FilmWriter(tmp_path / "folder.mp4", (16, 16))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["disk", "film.mp4", "folder.mp4"]


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
        encoder.check((32, 32), 30, "mp4")
    monkeypatch.undo()
    encoder.check((32, 32), 30, "mp4")
    assert not list(tmp_path.iterdir())


def test_ffmpegs_own_environment_writes_nothing_beside_a_film(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FFREPORT", "file=report.log:level=48")
    write(tmp_path / "film.mp4", (16, 16))
    assert [path.name for path in tmp_path.iterdir()] == ["film.mp4"]
