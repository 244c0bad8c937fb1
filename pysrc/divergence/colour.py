"""Times to colours, by table. The times are read and never changed."""

import copy
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Union

import numpy as np
from numpy.typing import NDArray

from . import checks, colormaps, light
from .maps.base import Map

if TYPE_CHECKING:
    from matplotlib.colors import Normalize

SHOWS = ("max_steps - times", "times")
LAWS = ("linear", "logarithmic", "cyclic", "equalised")
QUANTILES = 1025
LONGEST_LIST = 64  # colours of a colormap that is a list, such as tab20, and no continuous one

Law = Union[str, "Normalize", Callable[[NDArray[np.float64], int], NDArray[np.float64]]]
"""One of LAWS, a Normalize of Matplotlib's, or share(times, max_steps) from 0 to 1."""


@dataclass(frozen=True)
class Colouring:
    """A law from (time, step limit) to a colour; the same pair has the same colour in every frame.

    The law makes of a time t and the step limit T a share u from 0 (stopped at once) to 1:
    "linear", t / T; "logarithmic", log(1 + t) / log(1 + T); "cyclic", t / period without its whole
    part; "equalised", the share of the stopped points of the whole film that stopped earlier.
    From Python a law may also be a Matplotlib Normalize, whose limits are 1 and T where it has
    none, or a function of times (float64, of any shape) and T that returns shares.

    Attributes:
        colormap: any of Matplotlib's, a palette that is kept, or the text of one; see palettes.
        shows: "times", so that u = 0 has the colormap's first colour, or "max_steps - times".
        law: as above.
        period: of "cyclic", in steps.
        interior: the colour of points that did not stop, as Matplotlib names colours; "" gives
            them the colour of u = 1, and black where the law is cyclic.
        smooth: add the fraction of a step that the map defines, where it does.
        fates: a colormap whose colours tell where points ended; the share only shades them. ""
            for none.
        relief: how strongly the slope of the times casts light and shade, 0 for not at all; see
            light.shades().
        azimuth: where that light comes from, in degrees clockwise from the top.
        fate_count: how many fates there are, over which a continuous colormap is spread; a list of
            colours, such as tab10, begins again after its last. 0: not known. See fitted().
        quantiles: (n,) rising times that "equalised" calls u = 0 to 1; see fitted().

    Raises:
        ValueError: no such colormap, law or colour.
    """

    colormap: str = "inferno"
    shows: str = "max_steps - times"
    law: Law = "linear"
    period: float = 64.0
    interior: str = ""
    smooth: bool = False
    fates: str = ""
    relief: float = 0.0
    azimuth: float = 315.0
    fate_count: int = field(default=0, compare=False)
    quantiles: NDArray[np.float64] | None = field(default=None, compare=False)

    @staticmethod
    def of(table: Mapping[str, Any]) -> "Colouring":
        """The colouring that the table `colour` of a scene asks for."""
        known = [f.name for f in fields(Colouring) if f.compare]
        for key in table:
            checks.known("key", key, known)
        return Colouring(**table)

    def __post_init__(self) -> None:
        for name in ("colormap", "fates"):
            value = getattr(self, name)
            if value or name == "colormap":
                colormaps.check_colormap(name, value)
        checks.choice("shows", self.shows, SHOWS)
        if not callable(self.law):
            checks.choice("law", self.law, LAWS)
        checks.number("period", self.period, positive=True)
        checks.number("relief", self.relief, minimum=0)
        checks.number("azimuth", self.azimuth)
        if not isinstance(self.smooth, bool):
            raise ValueError(f"smooth must be true or false, not {self.smooth!r}")
        colormaps.check_colour("interior", self.interior or "black")

    @property
    def needs(self) -> tuple[str, ...]:
        """What it needs of every point besides its time: "fractions", "fates", or neither."""
        fractions = self.smooth or self.relief > 0
        return ("fractions",) * fractions + ("fates",) * bool(self.fates)

    def fitted(
        self, samples: Iterable[tuple[NDArray[Any], int]], systems: Iterable[Map] = ()
    ) -> "Colouring":
        """This colouring for a picture or a film: with the number of fates of its maps, and the
        quantiles of (times, step limit) samples, where it needs them."""
        if self.fates:
            count = max((len(system.fate_names) for system in systems), default=self.fate_count)
            colours = len(colormaps.table(self.fates))
            if colours < min(count, LONGEST_LIST):
                said = "fates: %s has %d colours for %d fates: some are shared"
                logging.getLogger(__name__).warning(said, self.fates, colours, count)
            return replace(self, fate_count=count)._with_quantiles(samples)
        return self._with_quantiles(samples)

    def _with_quantiles(self, samples: Iterable[tuple[NDArray[Any], int]]) -> "Colouring":
        if self.law != "equalised":
            return self
        stopped = [times[times < limit] for times, limit in samples]
        every = np.concatenate(stopped) if stopped else np.zeros(0)
        every = every if every.size else np.zeros(1)
        return replace(self, quantiles=np.quantile(every, np.linspace(0, 1, QUANTILES)))

    def rgb(
        self,
        times: NDArray[np.int32],
        max_steps: int,
        *,
        fractions: NDArray[np.float64] | None = None,
        fates: NDArray[np.int32] | None = None,
    ) -> NDArray[np.uint8]:
        """The sRGB colours of times of any shape, (..., 3) uint8; arguments as for levels().

        Where there is a relief, times (rows, columns) are those of a whole picture.
        """
        levels = self.levels(times, max_steps, fractions=fractions, fates=fates)
        if not self.relief or times.ndim != 2:
            return self.palette[levels]
        lit = self.linear_palette[levels] * self.shades(times, max_steps, fractions)[..., None]
        return to_srgb(np.minimum(lit, 1))

    def shades(
        self,
        times: NDArray[np.int32],
        max_steps: int,
        fractions: NDArray[np.float64] | None = None,
        spacing: tuple[float, float] | None = None,
    ) -> NDArray[np.float32]:
        """The light that the relief casts, by which amounts of light are multiplied."""
        return light.shades(
            times,
            max_steps,
            strength=self.relief,
            azimuth=self.azimuth,
            fractions=fractions,
            spacing=spacing,
        )

    def levels(
        self,
        times: NDArray[np.int32],
        max_steps: int,
        *,
        fractions: NDArray[np.float64] | None = None,
        fates: NDArray[np.int32] | None = None,
    ) -> NDArray[np.intp]:
        """The place of each point's colour in the palette, in the times' shape.

        Args:
            times: any shape; a time of max_steps or more did not stop.
            max_steps: the step limit of the picture, which may be less than the one that the
                times were computed with.
            fractions: of the times' shape, used where `smooth` is set.
            fates: of the times' shape, used where `fates` is set.
        """
        fractions = fractions if self.smooth else None
        fates = fates if self.fates else None
        if fractions is None and fates is None and times.size > max_steps:
            table = self._levels(np.arange(max_steps + 1), max_steps, None, None)
            return table[np.minimum(times, max_steps)]
        return self._levels(times, max_steps, fractions, fates)

    @cached_property
    def palette(self) -> NDArray[np.uint8]:
        """(levels, 3) sRGB; the last is the interior's, those before it one row after another of
        the colormap, or of shades of each fate's colour."""
        colours = colormaps.table(self.colormap)
        if self.fates:
            shades = np.linspace(0.15, 1, len(colours))[None, :, None]
            colours = (self._hues[:, None, :] * shades).reshape(-1, 3)
        if self.interior or self.law == "cyclic" or self.fates:
            interior = colormaps.rgb(self.interior or "black")
        else:
            interior = colours[0 if self.shows == SHOWS[0] else -1]
        return np.rint(255 * np.vstack([colours, interior])).astype(np.uint8)

    @cached_property
    def _hues(self) -> NDArray[np.float64]:
        """(hues, 3) the colours of fates 1, 2, ..., which begin again after the last."""
        colours = colormaps.table(self.fates)
        if self.fate_count == 0 or len(colours) <= LONGEST_LIST:
            return colours
        return colours[np.linspace(0, len(colours) - 1, self.fate_count).round().astype(np.intp)]

    @cached_property
    def linear_palette(self) -> NDArray[np.float32]:
        """(levels, 3) the same colours as amounts of light, 0 to 1: these can be averaged."""
        return to_linear(self.palette)

    def _levels(
        self,
        times: NDArray[Any],
        max_steps: int,
        fractions: NDArray[Any] | None,
        fates: NDArray[Any] | None,
    ) -> NDArray[np.intp]:
        count = len(colormaps.table(self.colormap))
        share = self.share(times if fractions is None else times + fractions, max_steps)
        if self.shows == SHOWS[0]:
            share = 1 - share
        share = np.clip(np.nan_to_num(share), 0, 1)
        levels = np.minimum((share * count).astype(np.intp), count - 1)
        if fates is not None:
            levels += count * ((np.maximum(fates, 1) - 1) % len(self._hues))
        return np.where(times < max_steps, levels, len(self.palette) - 1)

    def share(self, time: NDArray[Any], max_steps: int) -> NDArray[np.float64]:
        """u of times of any shape, as it is above."""
        if hasattr(self.law, "autoscale_None"):  # a Normalize
            law: Any = copy.copy(
                self.law
            )  # a Normalize without limits keeps those that it is shown
            law.autoscale_None([1, max_steps])
            return np.ma.filled(law(time), 0.0)
        if callable(self.law):
            return np.asarray(self.law(np.asarray(time, np.float64), max_steps), np.float64)
        match self.law:
            case "logarithmic":
                return np.log1p(np.maximum(time, 0)) / np.log1p(max_steps)
            case "cyclic":
                return np.mod(time, self.period) / self.period
            case "equalised":
                if self.quantiles is None:
                    raise ValueError('law "equalised" needs the times of the whole film: fitted()')
                return _rank(self.quantiles, time)
        return time / max_steps


TONES = ("logarithmic", "equalised")


def tone(
    visits: NDArray[np.int64], curve: str = "logarithmic", colormap: str = "inferno"
) -> NDArray[np.uint8]:
    """The sRGB colours of a density: (..., 3) uint8 of counts (...).

    A pixel that nothing visits has the colormap's first colour, the most visited one its last.
    From a quarter of the way on between them, "logarithmic" goes by log(1 + n) / log(1 + most), and
    "equalised" by the share of visited pixels that have no more visits, so that every colour covers
    as much of the picture.
    """
    checks.choice("curve", curve, TONES)
    share = np.zeros(visits.shape)
    seen = visits[visits > 0]
    if curve == "logarithmic":
        part = np.log1p(seen) / np.log1p(seen.max(initial=1))
    else:
        _, place, pixels = np.unique(seen, return_inverse=True, return_counts=True)
        part = (np.cumsum(pixels) / max(seen.size, 1))[place]
    share[visits > 0] = 0.25 + 0.75 * part
    colours = np.floor(256 * colormaps.table(colormap)).clip(0, 255).astype(np.uint8)
    return colours[np.clip((share * len(colours)).astype(np.intp), 0, len(colours) - 1)]


def to_linear(srgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Amounts of light, 0 to 1, of sRGB values (IEC 61966-2-1)."""
    value = srgb / 255
    light = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return light.astype(np.float32)


def _srgb_table() -> NDArray[np.uint8]:
    light = np.arange(65536) / 65535
    value = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.rint(255 * value).astype(np.uint8)


SRGB = _srgb_table()


def to_srgb(light: NDArray[np.float32]) -> NDArray[np.uint8]:
    """sRGB values of amounts of light from 0 to 1: the inverse of to_linear()."""
    return SRGB[(light * 65535 + 0.5).astype(np.uint16)]


def _rank(quantiles: NDArray[np.float64], time: NDArray[Any]) -> NDArray[np.float64]:
    """The share of the distribution below a time, with steps between integers smoothed out."""
    ranks = np.linspace(0, 1, len(quantiles))
    distinct, first = np.unique(quantiles, return_index=True)
    return np.interp(time, distinct, ranks[first])
