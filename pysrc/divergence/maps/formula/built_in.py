"""Which formulas are maps of cuda/escape/, with the same bits: z^n + c and r z (1 - z)."""

from ..base import Map
from ..escape import Julia, LogisticR, LogisticZ, Mandelbrot
from .formula import Formula
from .numbers import Arithmetic, Complex, Value
from .program import Program
from .scope import inputs


def built_in(system: Map) -> Map:
    """The map that has a formula's times and fractions at every point, where there is one; itself
    for all others.

    Operations are compared, not texts: z*z + c and c + z^2 are the Mandelbrot set, too.
    """
    return (_equal(system) if isinstance(system, Formula) else None) or system


def _equal(formula: Formula) -> Map | None:
    system, p = formula.system, formula.program
    if not p.degree or len(p.stops) != 1:
        return None
    radius = _known(formula, p.radius)
    start = Complex(*(p.start[name] for name in p.fields[:2]))
    z0 = _number(formula, start)
    at_pixel = start == Complex(p.graph.input("pixel.re"), p.graph.input("pixel.im"))
    if radius is None or (z0 is None and not at_pixel):
        return None
    step = Complex(*(p.step[name] for name in p.fields[:2]))
    values = dict(formula.values)
    for name in system.defaults:
        other = inputs(p.graph, system.components(name))
        is_power = step == _power_plus(p, other)
        if not is_power and step != _logistic(p, other):
            continue
        if name in system.plane and is_power:
            return Mandelbrot(p.degree, "a" if z0 is None else z0, radius=radius)
        if name in system.plane:
            return LogisticR(z0, radius) if z0 is not None else None
        if at_pixel:
            return (
                Julia(values[name], p.degree, radius)
                if is_power
                else LogisticZ(values[name], radius)
            )
    return None


def _power_plus(p: Program, c: Value) -> Value:
    """z^degree + c"""
    a = Arithmetic(p.graph)
    return a.plus(a.power(_z(p), a.number(float(p.degree))), c)


def _logistic(p: Program, r: Value) -> Value:
    a = Arithmetic(p.graph)
    return a.times(a.times(r, _z(p)), a.minus(a.number(1.0), _z(p)))


def _z(p: Program) -> Complex:
    return Complex(*(p.graph.input(name) for name in p.fields[:2]))


def _number(formula: Formula, value: Complex) -> complex | None:
    parts = [_known(formula, node) for node in value]
    return complex(*parts) if None not in parts else None  # type: ignore[arg-type]


def _known(formula: Formula, node: int) -> float | None:
    """What a node is that is a number or a parameter."""
    name, args, value = formula.program.graph[node]
    if name == "number":
        return float(value)
    if name == "min":  # a radius, and the farthest there is
        both = [known for arg in args if (known := _known(formula, arg)) is not None]
        return min(both) if len(both) == 2 else None
    return float(formula.parameters()[str(value)]) if value in formula.program.parameters else None  # type: ignore[arg-type]
