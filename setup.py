"""Puts the kernels, compiled and as sources, into the package. All else is in pyproject.toml."""

import os
import platform
import shutil
import subprocess
from pathlib import Path

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_py import build_py

ANY = "portable" if platform.machine() == "x86_64" else "baseline"
VARIANT = os.environ.get("VARIANT", ANY)  # as for make: of the libraries in a wheel
Path("build").mkdir(exist_ok=True)  # setup.cfg puts what setuptools makes there


class BuildWithKernels(build_py):
    """An editable install is used where it lies, with the libraries in build/."""

    def run(self) -> None:
        if self.editable_mode:
            subprocess.run(["./build.sh", "cpu"], check=True)
            super().run()
            return
        libraries = Path("build") / VARIANT
        subprocess.run(
            ["./build.sh", "cpu", "--variant", VARIANT, "--out", str(libraries)], check=True
        )
        package = Path(self.build_lib) / "divergence"
        shutil.rmtree(package, ignore_errors=True)  # or it keeps what an earlier build had
        super().run()
        (package / "build").mkdir()
        for pattern in ("*.cpu.so", "*.cpu.stamp", "cpu.recipe"):  # the last for formulas
            for file in libraries.glob(pattern):
                shutil.copy(file, package / "build")
        for source in Path("cuda").rglob("*.*"):
            (package / source.parent).mkdir(parents=True, exist_ok=True)
            shutil.copy(source, package / source)


class Compiled(Distribution):
    """A wheel of compiled things is for one kind of processor; setuptools sees none of them."""

    def has_ext_modules(self) -> bool:
        return True


class Wheel(bdist_wheel):
    """For any Python: ctypes loads what is compiled."""

    def get_tag(self) -> tuple[str, str, str]:
        return "py3", "none", super().get_tag()[2]


setup(distclass=Compiled, cmdclass={"build_py": BuildWithKernels, "bdist_wheel": Wheel})
