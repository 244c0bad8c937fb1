"""What every map has in common: a name, a compiled family, and parameters for the kernel."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import ClassVar

Parameter = float | int | tuple[float, ...]

ALL: dict[str, type["Map"]] = {}
"""Every map by the name that scenes use."""


@dataclass(frozen=True)
class Map(ABC):
    """A dynamical system with its parameters; every concrete map is a frozen dataclass.

    Attributes:
        name: what scenes call the map, such as ``three-body``.
        family: the file cuda/<family>.cu that exports it.
        entry: the prefix of its C functions, ``<entry>_submit`` and so on; by default the name
            with underscores.
        fate_names: what the fates 1, 2, ... mean, where the map tells them apart.
        arithmetic: raised whenever the kernel's results change, so that old ones are not mixed
            with new.
        depth_parameters: those that may follow the depth of a zoom and leave the picture the
            same, as a shift does that is small to the eye at every depth.
    """

    name: ClassVar[str]
    family: ClassVar[str]
    entry: ClassVar[str]
    fate_names: ClassVar[tuple[str, ...]] = ("stopped",)
    arithmetic: ClassVar[int] = 1
    depth_parameters: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, **arguments: object) -> None:
        super().__init_subclass__(**arguments)
        if "name" in vars(cls):
            if "entry" not in vars(cls):
                cls.entry = cls.name.replace("-", "_")
            ALL[cls.name] = cls

    @property
    def identity(self) -> str:
        """What stored results are known by, beside the parameters."""
        return self.name

    @property
    def source(self) -> str | None:
        """The C++ of a map that is compiled when it is used; None for those of a family."""
        return None

    @property
    def moves(self) -> bool:
        """Whether the first two numbers of a state are a point of the plane that is drawn, where
        the starts are, or what the map of such a point steps."""
        return True

    @property
    def depth(self) -> float:
        """Octaves that the depth parameters are below 1."""
        return 0.0

    def seen_from_above(self, octaves: int) -> "Map":
        """A map whose times are those of this one with depth parameters so many octaves larger, and
        from whose stopped states this one goes on; itself for none."""
        return self

    @property
    def key(self) -> dict[str, object]:
        """All that results of the map depend on: what it is, its arithmetic, its parameters, and
        the same of maps inside it."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        inner = {name: value.key for name, value in values.items() if isinstance(value, Map)}
        mine: dict[str, object] = {
            "map": self.identity,
            "arithmetic": self.arithmetic,
            "parameters": self.parameters(),
        }
        return mine | ({"inner": inner} if inner else {})

    @abstractmethod
    def parameters(self) -> Mapping[str, Parameter]:
        """The kernel's parameter struct, field by field in the struct's order: a float is a
        double, an int an int64, a tuple of floats an array of doubles."""


def parts(z: complex) -> tuple[float, float]:
    """A complex number as the kernels' structs have it: double[2]."""
    return complex(z).real, complex(z).imag
