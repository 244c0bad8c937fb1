"""Three bodies in space, as light on a dark sky: rows T7 to T9 of docs/systems.md."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from .. import checks, colormaps
from ..analysis.trajectories import Trajectory, trajectory
from ..frame import Frame
from ..maps.base import Map
from ..maps.three_body import ThreeBody
from .base import Figure, Rgb, plot

RED, BLUE = "#ff4a3d", "#4a86ff"
COLOURS = (RED, "#ffffff", BLUE)  # of bodies 1, 2 and 3
TWIN_COLOURS = ("#ffb347", "#9ff0c0", "#c58cff")


@dataclass(frozen=True)
class PathsOfBodies(Figure):
    """The paths of three bodies, seen from a distance.

    Each body leaves light where it passes, and is a bright spot where it is at the last step.

    Attributes:
        steps: to follow; the view holds all that they pass.
        until: the step to show, from 1; 0 for the last.
        azimuth, elevation: degrees, from where one looks.
        width: of what is seen at the middle's distance; 0 for all of the paths.
        trail: only so many of the last steps; 0 for all.
        drifting: as seen from outside; false follows the centre of mass.
        twin_shift: by which the z of body 3 of a second system differs, drawn in other colours and
            with the distance of each body from its twin against time beside it; 0 for none.
        twin_range: up to which that distance is drawn.
        body: show this one alone, 1 to 3, in red, and in blue its twin, without the plot beside
            them; 0 for all.
    """

    kind: ClassVar[str] = "three-bodies"
    group: ClassVar[str] = "Three bodies in space"
    of: ClassVar[type[Map]] = ThreeBody

    steps: int = 200_000
    azimuth: float = -60.0
    elevation: float = 25.0
    width: float = 0.0
    until: int = 0
    trail: int = 0
    drifting: bool = True
    twin_shift: float = 0.0
    twin_range: float = 120.0
    body: int = 0

    def __post_init__(self) -> None:
        checks.integer("steps", self.steps, minimum=1)
        checks.integer("until", self.until, minimum=0, maximum=self.steps)
        checks.integer("trail", self.trail, minimum=0)
        checks.number("width", self.width, minimum=0)
        checks.integer("body", self.body, minimum=0, maximum=3)
        checks.number("twin_range", self.twin_range, positive=True)

    def draw(self, frame: Frame, device: str = "auto") -> Rgb:
        rows, columns = frame.window.shape
        here = self._path(frame.map)
        twin = self._twin(frame.map) if self.twin_shift else None
        there = self._path(twin) if twin else here[:0]
        seen = np.concatenate([here, there if self.body else here[:0]])[:, self._seen(frame.map)]
        camera = Camera.facing(seen, self.azimuth, self.elevation, self.width)
        beside = self.twin_shift and not self.body
        light = Light((rows, columns // 2 if beside else columns))
        self._expose(light, camera, here, frame.map, (RED,) * 3 if self.body else COLOURS)
        if not twin:
            return light.picture()
        self._expose(light, camera, there, twin, (BLUE,) * 3 if self.body else TWIN_COLOURS)
        if not beside:
            return light.picture()
        return self._beside(light.picture(), np.linalg.norm(here - there, axis=-1), frame)

    def _twin(self, system: ThreeBody) -> ThreeBody:
        shifted = np.array(system.positions)
        shifted[2, 2] += self.twin_shift
        return replace(system, positions=tuple(map(tuple, shifted.tolist())))

    def _seen(self, system: ThreeBody) -> list[int]:
        """The numbers, from 0, of the bodies to show: those without mass are not seen."""
        return [i for i in range(3) if system.masses[i] > 0 and self.body in (0, i + 1)]

    def _path(self, system: ThreeBody) -> NDArray[np.float64]:
        path = _positions(system, self.steps)
        if self.drifting:
            return path
        masses = np.array(system.masses)[:, None]
        return path - (masses * path).sum(axis=1, keepdims=True) / masses.sum()

    def _expose(
        self,
        light: "Light",
        camera: "Camera",
        path: NDArray[np.float64],
        system: ThreeBody,
        colours: tuple[str, ...],
    ) -> None:
        seen = path[: self.until or None][-self.trail :]
        for body in self._seen(system):
            light.trail(camera, seen[:, body], colours[body])
            light.spot(camera, seen[-1, body], colours[body])

    def _beside(self, sky: Rgb, distance: NDArray[np.float64], frame: Frame) -> Rgb:
        """The paths, and to their right how far every body is from its twin."""
        rows, columns = frame.window.shape
        time = frame.map.dt * np.arange(len(distance))
        few = np.unique(np.linspace(0, len(time) - 1, 4 * columns).astype(int))
        right = replace(frame.window, shape=(rows, columns - columns // 2))
        with plot(right) as (figure, picture):
            axes = figure.add_subplot()
            for body, colour in enumerate(COLOURS):
                label = f"body {body + 1}"
                axes.plot(time[few], distance[few, body], color=colour, label=label)
            axes.set(xlabel="time", ylabel="distance from the twin", ylim=(0, self.twin_range))
            axes.set_xlim(0, time[-1])
            axes.set_title(f"body 3 starts {self.twin_shift:.2e} higher")
            axes.legend(frameon=False, loc="upper left")
        return np.concatenate([sky, picture[0]], axis=1)


@lru_cache(maxsize=2)
def _positions(system: ThreeBody, steps: int) -> NDArray[np.float64]:
    """(steps, 3, 3); the frames of a film ask for the same again and again."""
    found: Trajectory = trajectory(system, steps)
    return found.positions


@dataclass(frozen=True)
class Camera:
    """A perspective view of a sphere from three of its diameters away.

    Attributes:
        center: (3,) what is in the middle of the picture.
        axes: (3, 3) right, up, and away from the eye.
        radius: of the sphere, half the picture's shorter side.
    """

    center: NDArray[np.float64]
    axes: NDArray[np.float64]
    radius: float

    @staticmethod
    def facing(
        path: NDArray[np.float64], azimuth: float, elevation: float, width: float
    ) -> "Camera":
        """A view of all of a path (n, bodies, 3), or of a width of it."""
        points = path.reshape(-1, 3)
        points = points[np.isfinite(points).all(axis=1)]
        low, high = points.min(axis=0), points.max(axis=0)
        a, e = np.radians(azimuth), np.radians(elevation)
        away = -np.array([np.cos(e) * np.cos(a), np.cos(e) * np.sin(a), np.sin(e)])
        right = np.array([-np.sin(a), np.cos(a), 0.0])
        center = (low + high) / 2
        radius = width / 2 or 0.95 * np.linalg.norm(points - center, axis=1).max() or 1.0
        return Camera(center, np.array([right, np.cross(right, away), away]), radius)

    def project(
        self, points: NDArray[np.float64], shape: tuple[int, int]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Row, column and nearness (1 in the middle) of points (n, 3)."""
        x, y, depth = self.axes @ (points - self.center).T / self.radius
        near = 6 / np.maximum(6 + depth, 0.1)
        half = min(shape) / 2
        return shape[0] / 2 - half * y * near, shape[1] / 2 + half * x * near, near


class Light:
    """A dark picture on which light is gathered."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self.shape = shape
        self.exposure = np.zeros((*shape, 3))

    def trail(self, camera: Camera, path: NDArray[np.float64], colour: str) -> None:
        """A moving point (n, 3): as much light a pixel of way, however fast it went."""
        row, column, near = camera.project(path, self.shape)
        step = np.hypot(np.diff(row, prepend=row[0]), np.diff(column, prepend=column[0]))
        way = np.cumsum(step)
        even = np.arange(0, way[-1], 0.5)  # twice a pixel
        row, column, near = (np.interp(even, way, values) for values in (row, column, near))
        self._add(row, column, 0.5 * near**2, colour)

    def spot(self, camera: Camera, point: NDArray[np.float64], colour: str) -> None:
        """A bright disc."""
        row, column, near = camera.project(point[None], self.shape)
        radius = max(1.5, min(self.shape) / 160) * near[0]
        reach = np.arange(-int(3 * radius) - 1, int(3 * radius) + 2)
        down, across = np.meshgrid(reach, reach, indexing="ij")
        weight = 30 * np.exp(-(down**2 + across**2) / radius**2)
        self._add(row + down.ravel(), column + across.ravel(), weight.ravel(), colour)

    def picture(self) -> Rgb:
        """What an eye would see: strong light saturates, and glows a little."""
        sharp = 1 - np.exp(-1.4 * self.exposure)
        glow = Image.fromarray(np.rint(255 * sharp).astype(np.uint8))
        glow = glow.filter(ImageFilter.GaussianBlur(max(1.0, min(self.shape) / 200)))
        together = 1 - (1 - sharp) * (1 - 0.6 * np.asarray(glow) / 255)
        return np.rint(255 * together).astype(np.uint8)

    def _add(
        self,
        row: NDArray[np.float64],
        column: NDArray[np.float64],
        weight: NDArray[np.float64],
        colour: str,
    ) -> None:
        """Shares each point among the four pixels around it."""
        finite = np.isfinite(row) & np.isfinite(column)
        rows, columns = self.shape
        inside = finite & (row >= 0) & (row < rows - 1) & (column >= 0) & (column < columns - 1)
        row, column, weight = row[inside], column[inside], weight[inside]
        top, left = row.astype(np.intp), column.astype(np.intp)
        down, across = row - top, column - left
        amount = np.zeros(rows * columns)
        for i, j, share in (
            (0, 0, (1 - down) * (1 - across)),
            (0, 1, (1 - down) * across),
            (1, 0, down * (1 - across)),
            (1, 1, down * across),
        ):
            place = (top + i) * columns + left + j
            amount += np.bincount(place, weight * share, rows * columns)
        self.exposure += amount.reshape(rows, columns, 1) * np.array(colormaps.rgb(colour))
