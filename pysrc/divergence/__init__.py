"""Pictures and films of how dynamical systems come apart."""

from . import maps
from .compute import Outcome, Progress, fates, outcome_at, times, times_at
from .curves import CURVES, LSystem, chaos_game, curve, curve_mask
from .devices import devices
from .errors import DeviceError, DivergenceError, LibraryError
from .maps import *  # noqa: F403
from .measures import (
    basin_entropy,
    boundary,
    box_dimension,
    read_mask,
    uncertainty_exponent,
)
from .orbits import around, density, orbit
from .scene import Frame, Scene
from .trajectories import Trajectory, positions, snapshots, trajectory
from .window import Window

__all__ = [
    "CURVES",
    "DeviceError",
    "DivergenceError",
    "Frame",
    "LibraryError",
    "LSystem",
    "Outcome",
    "Progress",
    "Scene",
    "Trajectory",
    "Window",
    "around",
    "basin_entropy",
    "boundary",
    "box_dimension",
    "chaos_game",
    "curve",
    "curve_mask",
    "density",
    "devices",
    "fates",
    "orbit",
    "outcome_at",
    "positions",
    "read_mask",
    "snapshots",
    "times",
    "times_at",
    "trajectory",
    "uncertainty_exponent",
    *maps.__all__,
]
