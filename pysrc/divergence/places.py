"""Where things lie: in a checkout beside pysrc/, in an installed package inside it."""

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
_ABOVE = PACKAGE.parents[1]
CHECKOUT = _ABOVE if (_ABOVE / "build.sh").is_file() else None
"""The project's folder, None for an installed package."""

SOURCES = (CHECKOUT or PACKAGE) / "cuda"
"""Of the kernels."""

LIBRARIES = Path(os.environ.get("DIVERGENCE_BUILD") or (CHECKOUT or PACKAGE) / "build")
"""Of the compiled kernels; in an installed package, nothing is ever written there."""


REMEDY = "run 'make'" if CHECKOUT else "install the package again"
"""What to do where a compiled kernel, or what else was installed, is not as it should be."""


def outputs() -> Path:
    """Where pictures and films go when nobody says where: outputs/ of a checkout, else here."""
    return (CHECKOUT or Path.cwd()) / "outputs"
