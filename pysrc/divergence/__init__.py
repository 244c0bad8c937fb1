"""Pictures and films of how dynamical systems come apart."""

from . import maps
from .colour import Colouring
from .compute import Outcome, Progress, fates, go_on, outcome_at, times, times_at
from .curves import CURVES, LSystem, chaos_game, curve, curve_mask
from .devices import devices
from .diagrams import orbit_diagram
from .errors import DeviceError, DivergenceError, LibraryError, StoreError, VideoError
from .exponents import lyapunov
from .export import export_times
from .film import render
from .maps import *  # noqa: F403
from .measures import (
    basin_entropy,
    boundary,
    box_dimension,
    read_mask,
    uncertainty_exponent,
)
from .orbits import around, density, orbit, path
from .precise import decimal_orbit
from .scene import Frame, Scene
from .series import ancestors, prediction_horizon, there_and_back
from .similarity import ssim
from .trajectories import Trajectory, positions, snapshots, trajectory
from .window import Window

__all__ = [
    "CURVES",
    "Colouring",
    "DeviceError",
    "DivergenceError",
    "Frame",
    "LibraryError",
    "LSystem",
    "Outcome",
    "Progress",
    "Scene",
    "StoreError",
    "Trajectory",
    "VideoError",
    "Window",
    "ancestors",
    "around",
    "basin_entropy",
    "boundary",
    "box_dimension",
    "chaos_game",
    "curve",
    "curve_mask",
    "decimal_orbit",
    "density",
    "devices",
    "export_times",
    "fates",
    "go_on",
    "lyapunov",
    "orbit",
    "orbit_diagram",
    "outcome_at",
    "path",
    "positions",
    "prediction_horizon",
    "read_mask",
    "render",
    "snapshots",
    "ssim",
    "there_and_back",
    "times",
    "times_at",
    "trajectory",
    "uncertainty_exponent",
    *maps.__all__,
]
