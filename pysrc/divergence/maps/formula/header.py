"""A program as C++: a map under the contract of cuda/engine.h, and its orbits if it is planar.

Nothing of the formula's text is in it: names are made of letters and digits alone, and numbers are
written as hexadecimal floats.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from .graph import TRUTHS
from .program import Program, Stop

ENTRY = "formula"
NAMES = {"abs": "absolute", "max": "maximum", "min": "minimum"}
"""Functions that have another name in C++."""
SIGNS = {"and": "&", "or": "|"}
CALLS = {"atan2", "cos", "cosh", "exp", "expm1", "log", "log1p", "sin", "sinh", "tanh"}
INLINED, MANY_CALLS = 150, 32
HEAVY = {"/": 5, "sqrt": 6, "sin": 25, "cos": 25, "exp": 20, "log": 20, "atan2": 40}
HEAVY |= {"sinh": 45, "cosh": 45, "tanh": 30, "expm1": 20, "log1p": 30}
"""How much longer some operations take than a sum; a guess."""


class Writer:
    """Writes the source of a library with a map, and its orbits where it has them."""

    def __init__(self, program: Program) -> None:
        self.program, self.graph = program, program.graph
        self.parameters = _identifiers(program.parameters)
        self.fields = _identifiers(program.fields)
        self.member = {name: f"s.{field}" for name, field in self.fields.items()}
        if program.degree:  # as cuda/escape.h wants it
            re_part, im_part = program.fields[:2]
            self.member |= {re_part: "s.z.re", im_part: "s.z.im"}
        self.varying = {*program.fields, "pixel.re", "pixel.im"}
        self._uniform = self._find_uniform()
        self.constants = self._constants()

    # Nodes that parameters alone decide are computed once, when the map is made.

    def _find_uniform(self) -> set[int]:
        graph, uniform = self.graph, set()
        for node, (name, args, value) in enumerate(graph.operations):
            given = name == "input" and value in self.parameters
            if name == "number" or given or (args and all(arg in uniform for arg in args)):
                uniform.add(node)
        return uniform

    def _outputs(self) -> list[int]:
        p = self.program
        nodes = [*p.start.values(), *p.step.values(), *(stop.test for stop in p.stops)]
        return [*nodes, p.radius, p.scale] if p.degree else nodes

    def _constants(self) -> list[int]:
        """The uniform nodes that others read, but for numbers and parameters themselves."""
        outputs = self._outputs()
        read = set(outputs)
        for node in self.graph.needed(outputs):
            if node not in self._uniform:
                read.update(self.graph[node].args)
        made = {node for node in read & self._uniform if self.graph[node].args}
        return [node for node in sorted(made) if self.graph[node].name not in TRUTHS]

    def text(self) -> str:
        p = self.program
        fields = [f"R {', '.join(self._state_fields())};"] if self._state_fields() else []
        if p.degree:
            fields.insert(0, "Complex<R> z;")
        lines = [
            *(["#define MANY_CALLS"] if self._calls() > MANY_CALLS else []),
            '#include "formula.h"',
            "namespace divergence {",
            "struct FormulaParameters {",
            f"double {', '.join(self.parameters.values()) or 'nothing'};",
            *_named(self.parameters or {"nothing": "nothing"}),
            "};",
            *self._orbit_parameters(),
            *self._of_parameters(),
            "template <class R> struct Formula : MapDefaults {",
            "using T = Scalar<R>;",
            "using Parameters = FormulaParameters;",
            f"static constexpr int packs = {self._packs()};",
            "struct State {",
            *fields,
            *_named(self._state_names()),
            "};",
            "FormulaConstants<T> c;",
            *self._constructor(),
            *self._start(),
            "HOST_DEVICE ALWAYS_INLINE uint32_t stopped(const State& s) const {",
            *self._computed(self._tested()),
            f"return {' | '.join(map(self._stopped, p.stops))};",
            "}",
            *self._step(),
            *self._fates(),
            *self._fraction(),
            "};",
            *self._orbits(),
            "}",
            f"EXPORT_MAP({ENTRY}, Formula)",
            *([f"EXPORT_ORBITS({ENTRY}, FormulaOrbit)"] if p.is_planar else []),
        ]
        return "\n".join(lines) + "\n"

    def _constructor(self) -> list[str]:
        p = self.program
        if not p.degree:
            return ["explicit Formula(const Parameters& p) : c(p) {}"]
        return [
            "double radius_square;",
            "explicit Formula(const Parameters& p) : c(p) {",
            f"radius_square = {self._scalar(p.radius)} * {self._scalar(p.radius)};",
            "}",
        ]

    def _step(self) -> list[str]:
        return [
            f"HOST_DEVICE {self._inlining()} void step(State& next) const {{",
            "const State s = next;",
            *self._computed(self.program.step.values()),
            *(
                f"{self.member[name].replace('s.', 'next.', 1)} = {self._value(node)};"
                for name, node in self.program.step.items()
            ),
            "}",
        ]

    def _start(self) -> list[str]:
        p, fields = self.program, self.member
        self.member = {"pixel.re": "x", "pixel.im": "y"}
        computed = self._computed(p.start.values())
        values = {name: self._value(p.start[name]) for name in p.fields}
        self.member = fields
        return [
            "HOST_DEVICE State start(R x, R y) const {",
            "(void)x, (void)y;",
            *computed,
            "State s;",
            *(f"{fields[name]} = {value};" for name, value in values.items()),
            *(["step(s);"] if p.steps_at_start else []),
            "return s;",
            "}",
        ]

    def _state_fields(self) -> list[str]:
        return list(self.fields.values())[2 if self.program.degree else 0 :]

    def _state_names(self) -> dict[str, str]:
        """The members of a State, by the names that they have for those who read it."""
        names = [member.partition(" ")[2] for member in self.program.state.split("; ")]
        members = [*(["z"] if self.program.degree else []), *self._state_fields()]
        return dict(zip(names, members, strict=True))

    def _of_parameters(self) -> list[str]:
        """The parameters, and what they alone decide."""
        members = [*self.parameters.values(), *(f"u{node}" for node in self.constants)]
        lines = ["template <class T> struct FormulaConstants {"]
        if members:
            lines.append(f"T {', '.join(members)};")
        lines.append("explicit FormulaConstants(const FormulaParameters& p) {")
        lines += [f"{name} = T(p.{name});" for name in self.parameters.values()]
        lines.append("(void)p;")
        needed = self.graph.needed(self.constants)
        lines += [
            f"const {self._type(node, 'T')} n{node} = {self._operation(node, self._inside, 'T')};"
            for node in needed
            if self.graph[node].args
        ]
        lines += [f"u{node} = n{node};" for node in self.constants]
        return [*lines, "}", "};"]

    def _inside(self, node: int) -> str:
        """A node among the constants."""
        name, args, value = self.graph[node]
        if name == "number":
            return f"T({_number(float(value))})"
        return f"n{node}" if args else self.parameters[str(value)]

    def _scalar(self, node: int) -> str:
        """A uniform node in the map's constructor."""
        name, args, value = self.graph[node]
        if name == "number":
            return _number(float(value))
        return f"double(c.u{node})" if args else f"double(c.{self.parameters[str(value)]})"

    def _value(self, node: int) -> str:
        """A node in the loop."""
        name, args, value = self.graph[node]
        if name == "number":
            return f"broadcast<R>(T({_number(float(value))}))"
        if node in self._uniform and name not in TRUTHS:
            return (
                f"broadcast<R>(c.u{node})"
                if args
                else (f"broadcast<R>(c.{self.parameters[str(value)]})")
            )
        if name == "input":
            return self.member[str(value)]
        return f"n{node}"

    def _computed(self, nodes: Iterable[int]) -> list[str]:
        """A line for each operation that these nodes need, in order."""
        graph = self.graph
        outputs = list(nodes)
        wanted = set(outputs)
        lines: list[tuple[int, str]] = []
        turned: set[int] = set()
        for node in reversed(graph.needed(outputs)):
            name, args, _ = graph[node]
            if node not in wanted or not args or (node in self._uniform and name not in TRUTHS):
                continue
            args = self._fused(node) or args
            wanted.update(args)
            text = self._operation(node, self._value, "R")
            if name in ("sin", "cos"):
                turned.add(args[0])
                text = f"w{args[0]}.{'sine' if name == 'sin' else 'cosine'}"
            lines.append((node, f"const {self._type(node, 'R')} n{node} = {text};"))
        for arg in turned:  # a sine and a cosine of the same angle are one computation
            text = f"const SineCosine<R> w{arg} = calls::sine_cosine({self._value(arg)});"
            lines.append((arg, text))
        return [line for _, line in sorted(lines, key=lambda line: line[0])]

    def _fused(self, node: int) -> tuple[int, int] | None:
        """q, c of a node q + q + c: one operation, which rounds as often, as doubling is exact."""
        name, args, _ = self.graph[node]
        if name != "+" or args[0] == args[1]:
            return None
        for double, other in (args, args[::-1]):
            inner = self.graph[double]
            if inner.name == "+" and inner.args[0] == inner.args[1] and double not in self._uniform:
                return inner.args[0], other
        return None

    def _operation(self, node: int, of: Callable[[int], str], kind: str) -> str:
        """What computes a node from others, which `of` writes."""
        name, args, _ = self.graph[node]
        if kind == "R" and (fused := self._fused(node)):
            return f"fma(broadcast<R>(T(2)), {of(fused[0])}, {of(fused[1])})"
        texts = [of(arg) for arg in args]
        if name in ("+", "-", "*", "/") or (name in TRUTHS and name not in ("and", "or", "not")):
            return f"{texts[0]} {name} {texts[1]}"
        if name in SIGNS:
            return f"{texts[0]} {SIGNS[name]} {texts[1]}"
        if name == "not":
            return f"!{texts[0]}"
        if name == "negate":
            return f"-{texts[0]}"
        if name == "select":
            return f"select<{kind}>({', '.join(texts)})"
        called = f"calls::{name}" if name in CALLS and kind == "R" else NAMES.get(name, name)
        return f"{called}({', '.join(texts)})"

    def _type(self, node: int, kind: str) -> str:
        return f"Mask<{kind}>" if self.graph[node].name in TRUTHS else kind

    def _stopped(self, stop: Stop) -> str:
        """The lanes that a stop ends, as bits."""
        name, args, _ = self.graph[stop.test]
        texts = [self._value(arg) for arg in args]
        if stop.unless and name in ("<=", ">="):
            a, b = texts if name == "<=" else texts[::-1]
            return f"exceeds({a}, {b})"
        if not stop.unless and name in ("<", ">"):
            a, b = texts if name == "<" else texts[::-1]
            return f"below({a}, {b})"
        return f"bits({'!' if stop.unless else ''}{self._value(stop.test)})"

    def _tested(self) -> list[int]:
        """The nodes that _stopped() reads."""
        nodes: list[int] = []
        for stop in self.program.stops:
            name, args, _ = self.graph[stop.test]
            at_once = name in (("<=", ">=") if stop.unless else ("<", ">"))
            nodes += args if at_once else [stop.test]
        return nodes

    def _fates(self) -> list[str]:
        p = self.program
        if len(p.stops) == 1:
            return []
        return [
            "HOST_DEVICE int32_t fate(const State& s) const {",
            *self._computed(self._tested()),
            *(f"if ({self._stopped(stop)}) return {i};" for i, stop in enumerate(p.stops, 1)),
            "return 0;",
            "}",
        ]

    def _fraction(self) -> list[str]:
        p = self.program
        if not p.degree:
            return []
        return [
            "HOST_DEVICE double fraction(const State& s) const {",
            *self._computed([p.scale]),
            f"return escape_fraction(*this, s, {p.degree}, {self._value(p.scale)});",
            "}",
        ]

    def _orbit_parameters(self) -> list[str]:
        """The same by other names, as planar maps have a dt of their own."""
        if not self.program.is_planar:
            return []
        members = self.parameters or {"nothing": "nothing"}
        return [
            "struct FormulaOrbitParameters : FormulaParameters {",
            *_named({f"formula.{name}": member for name, member in members.items()}),
            "};",
        ]

    def _orbits(self) -> list[str]:
        p = self.program
        if not p.is_planar:
            return []
        names = p.fields[: p.variables]
        kept, self.member = self.member, dict(zip(names, ("s.x", "s.y"), strict=False))
        body = self._computed(p.step[name] for name in names)
        ends = [self._value(p.step[name]) for name in names] + ["s.y"][: 2 - len(names)]
        self.member = kept
        return [
            "template <class R> struct FormulaOrbit {",
            "using T = Scalar<R>;",
            "using Parameters = FormulaOrbitParameters;",
            "FormulaConstants<T> c;",
            "explicit FormulaOrbit(const Parameters& p) : c(p) {}",
            "HOST_DEVICE ALWAYS_INLINE Point<R> operator()(const Point<R>& s) const {",
            *body,
            f"return {{{', '.join(ends)}}};",
            "}",
            "};",
        ]

    @cached_property
    def _work(self) -> int:
        """What a step takes, in operations or so."""
        p = self.program
        nodes = self.graph.needed([*p.step.values(), *(stop.test for stop in p.stops)])
        names = [self.graph[node].name for node in nodes if node not in self._uniform]
        return sum(HEAVY.get(name, 1) for name in names if name != "input")

    def _calls(self) -> int:
        """How many functions a step calls."""
        nodes = self.graph.needed(self._outputs())
        return sum(self.graph[node].name in CALLS for node in nodes)

    def _inlining(self) -> str:
        """The engine has a step at half a dozen places: a long one is compiled once for all."""
        return "ALWAYS_INLINE" if self._work <= INLINED else "INLINE_ON_GPU"

    def _packs(self) -> int:
        """How many packs of points a CPU core steps by turns: many, where a step is short."""
        p = self.program
        if len(p.fields) > 8 or self._work > 250:
            return 1
        return 4 if self._work <= 80 and len(p.fields) <= 6 else 2


def _named(members: Mapping[str, str]) -> list[str]:
    """What FIELDS of cuda/fields.h makes, for names that C++ would not have: "c.re", "twin.x"."""
    assert all(re.fullmatch(r"[A-Za-z0-9_.']+", name) for name in members)
    return [
        f'static constexpr const char* field_names = "{", ".join(members)}";',
        f"auto fields() const {{ return std::tie({', '.join(members.values())}); }}",
    ]


def _identifiers(names: Iterable[str]) -> dict[str, str]:
    """A name for C++ for each of some names, all different and none of them a word of its own."""
    found: dict[str, str] = {}
    for name in names:
        plain = "v_" + re.sub(r"[^A-Za-z0-9]", "_", name.replace("'", "_rate"))
        while plain in found.values():
            plain += "_"
        found[name] = plain
    return found


def _number(value: float) -> str:
    if math.isnan(value):
        return "NAN"
    if math.isinf(value):
        return "HUGE_VAL" if value > 0 else "-HUGE_VAL"
    return value.hex()
