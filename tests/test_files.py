"""A file appears whole under its very name, or not at all, and that is known before the work."""

import os
import stat

import pytest
from divergence import files
from divergence.film import still
from divergence.scenes.scene import Scene


@pytest.mark.parametrize("length", [1, 100, 240, 245, 246, 250, 251, 255])
def test_a_name_may_be_as_long_as_the_disk_allows(tmp_path, length):
    path = tmp_path / ("x" * length)
    files.check_writable(path)
    files.write(path, b"whole")
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [(path.name, b"whole")]


def test_a_longer_one_is_told_before_any_work(tmp_path):
    with pytest.raises(OSError, match="too long"):
        files.check_writable(tmp_path / ("ü" * 128))


def test_a_folder_of_that_name_is_told_before_any_work(tmp_path):
    (tmp_path / "x.png").mkdir()
    with pytest.raises(IsADirectoryError):
        files.check_writable(tmp_path / "x.png")


def test_links_are_followed(tmp_path):
    (tmp_path / "far").write_bytes(b"old")
    (tmp_path / "near").symlink_to("far")
    (tmp_path / "nearer").symlink_to("near")
    assert files.check_writable(tmp_path / "nearer") == tmp_path / "far"
    files.write(tmp_path / "nearer", b"new")
    assert (tmp_path / "nearer").is_symlink() and (tmp_path / "near").is_symlink()
    assert (tmp_path / "far").read_bytes() == b"new"


@pytest.mark.parametrize("target", ["nowhere", "x.png"])
def test_a_link_that_leads_nowhere_or_to_itself_is_told(tmp_path, target):
    (tmp_path / "x.png").symlink_to(target)
    for work in (files.check_writable, lambda path: files.write(path, b"new")):
        with pytest.raises(OSError, match=r"x\.png"):
            work(tmp_path / "x.png")
    assert [path.name for path in tmp_path.iterdir()] == ["x.png"]


def test_a_file_keeps_its_permissions(tmp_path):
    path = tmp_path / "x.png"
    path.write_bytes(b"old")
    path.chmod(0o640)
    files.write(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_write_protected_file_is_left_alone(tmp_path, monkeypatch):
    path = tmp_path / "x.png"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write to all
    for work in (files.check_writable, lambda path: files.write(path, b"new")):
        with pytest.raises(PermissionError):
            work(path)
    assert path.read_bytes() == b"old"


def test_a_device_is_written_to_and_not_replaced(tmp_path):
    files.write(tmp_path.joinpath("/dev/null"), b"new")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_a_part_of_somebody_elses_is_not_written_over(tmp_path):
    (tmp_path / ".x.png.part").write_text("mine")
    files.write(tmp_path / "x.png", b"new")
    assert (tmp_path / ".x.png.part").read_text() == "mine"


def test_a_picture_is_not_drawn_for_a_name_that_it_cannot_have(tmp_path, monkeypatch):
    monkeypatch.setattr(still, "draw", lambda *_, **__: pytest.fail("it was drawn"))
    (tmp_path / "x.png").mkdir()
    scene = Scene.load("henon-basin")
    for name in ("x.png", "y" * 252 + ".png"):
        with pytest.raises(OSError, match=name[:5]):
            still.make(scene, tmp_path / name)
