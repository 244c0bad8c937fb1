"""How a system takes a step: a map as it says, a flow by a method of numerical integration."""

from collections.abc import Callable, Mapping
from itertools import product

from .graph import Graph
from .numbers import Arithmetic, Value
from .scope import Scope
from .system import System

State = dict[str, Value]


class _Flow:
    """A flow's velocities at any state and time, and sums of states."""

    def __init__(self, system: System, graph: Graph) -> None:
        self.system, self.graph = system, graph
        self.arithmetic = Arithmetic(graph)
        self.dt = graph.input("dt")
        self.now = {name: Scope.of(system, graph).values[name] for name in system.variables}

    def time(self, part: float) -> Value:
        """The time, so large a part of a step after the start of this one."""
        g = self.graph
        return g.times(g.plus(g.input("n"), g.number(part)), self.dt)

    def velocity(self, state: Mapping[str, Value], part: float) -> State:
        values = {**state, "t": self.time(part)}
        return Scope.of(self.system, self.graph, values).changes()

    def moved(self, state: Mapping[str, Value], by: int, velocity: Mapping[str, Value]) -> State:
        """The state, and `by` times a velocity."""
        a = self.arithmetic
        return {
            name: a.plus(value, a.times(by, velocity[name])) if name in velocity else value
            for name, value in state.items()
        }

    def part_of_step(self, divisor: float) -> int:
        return self.graph.over(self.dt, self.graph.number(divisor))


def iterate(system: System, graph: Graph) -> State:
    """A map's next state."""
    return Scope.of(system, graph).changes()


def euler(system: System, graph: Graph) -> State:
    """x + dt f(x)"""
    flow = _Flow(system, graph)
    return flow.moved(flow.now, flow.dt, flow.velocity(flow.now, 0.0))


def runge_kutta(system: System, graph: Graph) -> State:
    """The classical method of order 4."""
    flow = _Flow(system, graph)
    a, half = flow.arithmetic, flow.part_of_step(2)
    k1 = flow.velocity(flow.now, 0.0)
    k2 = flow.velocity(flow.moved(flow.now, half, k1), 0.5)
    k3 = flow.velocity(flow.moved(flow.now, half, k2), 0.5)
    k4 = flow.velocity(flow.moved(flow.now, flow.dt, k3), 1.0)
    mean = {
        name: a.plus(
            a.plus(k1[name], k4[name]), a.times(graph.number(2.0), a.plus(k2[name], k3[name]))
        )
        for name in system.variables
    }
    return flow.moved(flow.now, flow.part_of_step(6), mean)


def leapfrog(system: System, graph: Graph) -> State:
    """Half a kick, a drift and half a kick: of order 2, and symplectic for a Hamiltonian.

    Raises:
        ValueError: the variables are not of two kinds, each of which moves by the other alone.
    """
    flow = _Flow(system, graph)
    places, momenta = _two_kinds(system)
    half = flow.part_of_step(2)

    def kicked(state: State, part: float) -> State:
        velocity = flow.velocity(state, part)
        return flow.moved(state, half, {name: velocity[name] for name in momenta})

    def drifted(state: State) -> State:
        velocity = flow.velocity(state, 0.5)
        return flow.moved(state, flow.dt, {name: velocity[name] for name in places})

    return kicked(drifted(kicked(flow.now, 0.0)), 1.0)


def _two_kinds(system: System) -> tuple[set[str], set[str]]:
    """The first variable and those like it, and those by which they move."""
    graph = Graph()
    scope = Scope.of(system, graph)
    moves_by = {}
    for name, value in scope.changes().items():
        read = graph.inputs(scope.arithmetic.parts(value))
        moves_by[name] = {v for v in system.variables if read & set(system.components(v))}
    kinds: dict[str, int] = {}
    for first in system.variables:  # each variable that is not joined to an earlier one
        waiting = [(first, 0)] if first not in kinds else []
        while waiting:
            name, kind = waiting.pop()
            if kinds.setdefault(name, kind) == kind:
                others = moves_by[name] | {v for v in moves_by if name in moves_by[v]}
                waiting += [(other, 1 - kind) for other in others if other not in kinds]
    for name, other in product(moves_by, repeat=2):
        if other in moves_by[name] and kinds[name] == kinds[other]:
            raise ValueError(
                f"leapfrog needs positions that move by velocities, and velocities that move by "
                f"positions alone, but {name} changes with {other}: use rk4"
            )
    places = {name for name, kind in kinds.items() if kind == 0}
    return places, set(kinds) - places


def rates(system: System, graph: Graph, time: Value) -> State:
    """How fast everything moves, per step, for Taylor series to integrate."""
    scope = Scope.of(system, graph, {"t": time})
    dt = graph.input("dt")
    return {name: scope.arithmetic.times(dt, value) for name, value in scope.changes().items()}


STEPS: dict[str, Callable[[System, Graph], State]] = {
    "map": iterate,
    "euler": euler,
    "rk4": runge_kutta,
    "leapfrog": leapfrog,
}
