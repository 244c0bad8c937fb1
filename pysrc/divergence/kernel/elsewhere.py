"""Other machines as a device: what this room asks of them, and which devices mean them.

Whatever reaches them lies above this room, and says so in `openers`.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, runtime_checkable

from numpy.typing import NDArray

from ..errors import DeviceError

if TYPE_CHECKING:
    from ..maps.base import Map
    from ..window import Window
    from .launch import Progress
    from .outcome import Outcome
    from .points import Patch


@runtime_checkable
class Elsewhere(Protocol):
    """Other machines, which compute the same bits; cluster.Cluster is them."""

    def outcome(
        self,
        system: "Map",
        patch: "Patch",
        max_steps: int,
        wanted: Collection[str],
        arithmetic: Any,
        progress: "Callable[[Progress], object] | None",
    ) -> "Outcome":
        """What becomes of a patch's points, in their shape; see deep.compute.outcome_of()."""

    def follow(
        self,
        system: Any,
        x: NDArray[Any],
        y: NDArray[Any],
        steps: int,
        points: NDArray[Any] | None,
        visits: NDArray[Any] | None,
        window: "Window | None",
        progress: "Callable[[Progress], object] | None",
    ) -> None:
        """Takes orbits so many steps on; see kernel.runs.OrbitRun for what is filled in."""

    def columns(
        self,
        arguments: dict[str, Any],
        values: list[float],
        progress: "Callable[[Progress], object] | None",
    ) -> NDArray[Any]:
        """An orbit diagram's columns at some values; see analysis.orbit_diagram.columns()."""

    def pictures(self, frames: Sequence[tuple[Any, int]]) -> Iterator[tuple[int, NDArray[Any]]]:
        """Frames of scenes, top row first, each by its place among them, as they are drawn."""


class Submits(Protocol):
    """Anybody's workers, by the method that concurrent.futures' executors have."""

    def submit(self, work: Any, /, *arguments: Any) -> Any:
        """Has work(*arguments) done; a Future of what it returns."""


Where: TypeAlias = "str | Elsewhere | Submits"
"""Where to compute: "auto", "cpu", "cuda" or "cuda:0,1" for this machine, "dask://host:8786" for
others, or anything that has concurrent.futures' submit(): an Executor, or a Client of Dask's."""

Opener: TypeAlias = Callable[[Where], Elsewhere | None]
openers: list[Opener] = []
"""Each gives the machines that a device means, or None where it means none that it knows."""


def elsewhere(device: Where) -> Elsewhere | None:
    """The other machines that a device means, or None if it is one of this machine.

    Raises:
        ValueError, DeviceError: they cannot be reached, with the reason.
    """
    if isinstance(device, Elsewhere):
        return device
    return next((there for opener in openers if (there := opener(device))), None)


def only_here(device: Where) -> str:
    """A device of this machine. DeviceError: it is others, which do not compute what is asked."""
    if elsewhere(device):
        raise DeviceError(
            f"device {device}: other machines compute windows, films, orbits and orbit diagrams; "
            f"for all else there are this machine's devices"
        )
    return str(device)
