"""Every code block of the README and of docs/ runs as it stands."""

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
# What takes minutes as written is run small, with these flags besides.
SMALLER = {
    "python pysrc/zoom.py": "--frames 2 --shape 12 16 --steps 500 --out outputs/zoom",
    "python pysrc/zoom.py --cluster local:2": "--frames 2 --shape 12 16 --out outputs/zoom",
    "python pysrc/gallery.py": "--help",
    "python pysrc/render.py newton-quintic": "--shape 12 16 --out newton-quintic.png",
    "python pysrc/true_map.py": "--shape 8 8 --out true-map.png",
    "python pysrc/render.py three-body-integrators-small": "--shape 8 16 --steps 500 --out i.png",
    "python pysrc/render.py three-body-error-work": "--help",
    "make": "--dry-run",
    "make test": "--dry-run",
}


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(), re.DOTALL | re.MULTILINE)


def having(language: str) -> list:
    return [pytest.param(p, id=str(p.relative_to(ROOT))) for p in PAGES if blocks(p, language)]


@pytest.mark.parametrize("page", having("python"))
def test_python_of_a_page_runs_from_top_to_bottom(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "__main__"}
    for block in blocks(page, "python"):
        exec(compile(block, str(page), "exec"), names)


@pytest.mark.parametrize("page", having("sh"))
def test_commands_of_a_page_run(page, tmp_path):
    for name in ("pysrc", "Makefile", "build.sh", "requirements.txt"):
        (tmp_path / name).symlink_to(ROOT / name)
    for block in blocks(page, "sh"):
        for line in block.splitlines():
            command = line.partition(" #")[0].strip()
            words = shlex.split(f"{command} {SMALLER.get(command, '')}")
            if words[0] == "python":  # a machine may call it python3 alone
                words[0] = sys.executable
            ended = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True)
            assert ended.returncode == 0, f"{command}: {ended.stderr}"


@pytest.mark.parametrize("page", having("toml"))
def test_toml_of_a_page_is_toml(page):
    for block in blocks(page, "toml"):
        tomllib.loads(block)


def test_links_between_pages_lead_somewhere():
    for page in PAGES:
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            assert (page.parent / link).exists(), f"{page.name}: {link}"
