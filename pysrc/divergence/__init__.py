"""Pictures and films of how dynamical systems come apart."""

__version__ = "0.1.0"

from . import maps
from .analysis.attractors import Attractors, attractors
from .analysis.box_counting import box_dimension, read_mask
from .analysis.continuation import attractors_along
from .analysis.curves import CURVES, LSystem, chaos_game, curve, curve_mask
from .analysis.exponents import lyapunov_spectrum, megno
from .analysis.fractal import basin_entropy, boundary, uncertainty_exponent
from .analysis.logistic import ancestors, prediction_horizon, there_and_back
from .analysis.lyapunov import lyapunov
from .analysis.manifolds import stable_manifold, unstable_manifold
from .analysis.orbit_diagram import orbit_diagram
from .analysis.orbits import around, density, orbit, path, track
from .analysis.periodic import PeriodicPoints, periodic_points
from .analysis.precise import decimal_orbit
from .analysis.sections import Section, poincare_section, return_times
from .analysis.ssim import ssim
from .analysis.trajectories import Trajectory, positions, snapshots, trajectory
from .analysis.wada import wada_distance
from .cluster.cluster import Cluster
from .colour import Colouring
from .deep.compute import fates, times
from .deep.nucleus import Nucleus, nucleus
from .deep.seek import Sought, seek
from .errors import DeviceError, DivergenceError, LibraryError, StoreError, VideoError
from .explorer.notebook import explore
from .film.basins import render_basins
from .film.export import export_times
from .film.render import render
from .film.show import Picture, compute, draw, imshow
from .frame import Frame
from .kernel.compute import outcome_at, times_at
from .kernel.devices import devices
from .kernel.launch import Progress
from .kernel.outcome import Outcome
from .maps import *
from .scenes.scene import Scene
from .window import Window

__all__ = [
    "Attractors",
    "CURVES",
    "Cluster",
    "Colouring",
    "DeviceError",
    "DivergenceError",
    "Frame",
    "LibraryError",
    "LSystem",
    "Nucleus",
    "Outcome",
    "PeriodicPoints",
    "Picture",
    "Progress",
    "Scene",
    "Section",
    "Sought",
    "StoreError",
    "Trajectory",
    "VideoError",
    "Window",
    "ancestors",
    "around",
    "attractors",
    "attractors_along",
    "basin_entropy",
    "boundary",
    "box_dimension",
    "chaos_game",
    "compute",
    "curve",
    "curve_mask",
    "decimal_orbit",
    "density",
    "explore",
    "devices",
    "draw",
    "export_times",
    "fates",
    "imshow",
    "lyapunov",
    "lyapunov_spectrum",
    "megno",
    "nucleus",
    "orbit",
    "orbit_diagram",
    "outcome_at",
    "path",
    "periodic_points",
    "poincare_section",
    "positions",
    "prediction_horizon",
    "read_mask",
    "render",
    "render_basins",
    "return_times",
    "seek",
    "snapshots",
    "ssim",
    "stable_manifold",
    "there_and_back",
    "times",
    "times_at",
    "track",
    "trajectory",
    "uncertainty_exponent",
    "unstable_manifold",
    "wada_distance",
]
__all__ += maps.__all__
