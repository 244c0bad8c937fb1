"""Runs a script with the Python that `make` prepared, whichever Python it was started with.

A script says, before it imports anything that needs installing:

    import environment

    environment.enter()

Both this file and the scripts must therefore parse on any Python since 3.6.
"""

import contextlib
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
VENV = os.path.join(ROOT, ".venv")
ENTERED = "DIVERGENCE_ENTERED"  # set on the way in, so that a broken .venv cannot loop


def enter():
    """Start this process again with .venv's Python, unless it is running already."""
    entered = os.environ.pop(ENTERED, None)
    if os.path.realpath(sys.prefix) == os.path.realpath(VENV):
        return
    if not os.path.exists(os.path.join(VENV, "complete")):  # `make` writes it last
        _stop("run 'make' first: there is no Python environment in " + VENV)
    if not entered:
        python = os.path.join(VENV, "bin", "python")
        arguments = getattr(sys, "orig_argv", [python] + sys.argv)[1:]  # with -u, -W, ...
        os.environ[ENTERED] = "yes"
        for other_python in ("PYTHONHOME", "PYTHONPATH"):
            os.environ.pop(other_python, None)
        with contextlib.suppress(OSError):
            os.execv(python, [python] + arguments)
    _stop("run 'make clean' and 'make': the Python environment is broken in " + VENV)


def _stop(message):
    sys.stderr.write(message + "\n")
    sys.exit(2)
