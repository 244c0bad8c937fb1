"""How infinitely small changes of a state go on: the derivative of a step along directions, and
the program of a state with its directions, whose stretching it sums up."""

from collections.abc import Callable, Iterable, Mapping

from .expansion import Flow
from .graph import TRUTHS, Graph
from .program import Program, Stop

LEAST = 1e-300
"""A direction that a step makes shorter than this counts as so long."""


SLOPES: dict[str, Callable[[Graph, int, int], int]] = {
    "abs": lambda g, _, a: g.add(
        "select", g.add("<", a, g.number(0.0)), g.number(-1.0), g.number(1.0)
    ),
    "cos": lambda g, _, a: g.negate(g.add("sin", a)),
    "cosh": lambda g, _, a: g.add("sinh", a),
    "exp": lambda g, value, _: value,
    "log": lambda g, _, a: g.over(g.number(1.0), a),
    "sin": lambda g, _, a: g.add("cos", a),
    "sinh": lambda g, _, a: g.add("cosh", a),
    "sqrt": lambda g, value, _: g.over(g.number(0.5), value),
    "tanh": lambda g, value, _: g.minus(g.number(1.0), g.times(value, value)),
}
"""The derivative of a function by its argument, given its value and that."""


def derivatives(graph: Graph, nodes: Iterable[int], along: Mapping[int, int]) -> dict[int, int]:
    """By nodes, how fast they change where inputs change at the rates `along`."""
    g, nodes = graph, list(nodes)
    zero = g.number(0.0)
    found = dict(along)

    def times(a: int, b: int) -> int:
        return zero if zero in (a, b) else g.times(a, b)

    for node in g.needed(nodes):
        name, args, _ = g[node]
        if node in found or name in TRUTHS:
            continue
        d = [found.get(arg, zero) for arg in args]
        if name == "select":
            rate = d[1] if d[1] == d[2] else g.add("select", args[0], d[1], d[2])
        elif all(each == zero for each in d) or name == "floor":
            rate = zero
        elif name in ("+", "-"):
            rate = (g.plus if name == "+" else g.minus)(*d)
        elif name == "*":
            rate = g.plus(times(d[0], args[1]), times(args[0], d[1]))
        elif name == "/":
            rate = g.over(g.minus(d[0], times(node, d[1])), args[1])
        elif name == "negate":
            rate = g.negate(d[0])
        elif name in ("min", "max"):
            second = g.add("<" if name == "min" else ">", args[1], args[0])
            rate = g.add("select", second, d[1], d[0])
        elif name == "atan2":
            (y, x), (dy, dx) = args, d
            square = g.plus(g.times(x, x), g.times(y, y))
            rate = g.over(g.minus(times(x, dy), times(y, dx)), square)
        else:
            rate = times(SLOPES[name](g, node, args[0]), d[0])
        found[node] = rate
    return {node: found.get(node, zero) for node in nodes}


def with_directions(program: Program, count: int, *, orthogonal: bool) -> Program:
    """The program of a state and so many directions.

    The fields after the variables are "direction i x" for each direction i and variable x. Where
    they are kept `orthogonal`, of length 1, and the fields "stretched i" sum up the logarithms of
    what each step made of their lengths; a point stops when those are no longer numbers. Else they
    are multiplied by the step's derivative, and no point stops.
    """
    g = program.graph
    names = program.fields[: program.variables]
    made = Program(g, program.parameters, list(program.fields), program.variables)
    made.start, made.step = dict(program.start), dict(program.step)
    changes = made.step if program.flow is None else program.flow.rates
    for name in [name for name in made.fields if name.startswith(("twin ", "previous "))]:
        if name in g.inputs([changes[each] for each in names]):
            continue
        made.fields.remove(name)
        made.start.pop(name), made.step.pop(name, None)
    nodes = [changes[name] for name in names]
    vectors = []
    for i in range(count):
        inputs = [g.input(f"direction {i} {name}") for name in names]
        along = dict(zip((g.input(name) for name in names), inputs, strict=True))
        rates = derivatives(g, nodes, along)
        vectors.append([rates[node] for node in nodes])
    if program.flow is not None:
        made.flow = _flow_with(program.flow, names, vectors)
        vectors = [[g.input(name) for name in group] for group in made.flow.groups[1:]]
    stretched = _orthogonal(g, vectors) if orthogonal else []
    for i, vector in enumerate(vectors):
        for j, (name, node) in enumerate(zip(names, vector, strict=True)):
            start = 1 / len(names) ** 0.5 if count == 1 else float(i == j)
            made.fields.append(f"direction {i} {name}")
            made.start[made.fields[-1]] = g.number(start)
            if node != g.input(made.fields[-1]):
                made.step[made.fields[-1]] = node
    total = g.number(0.0)
    for i, length in enumerate(stretched):
        name = f"stretched {i}"
        made.fields.append(name)
        made.start[name] = g.number(0.0)
        made.step[name] = g.plus(g.input(name), g.add("log", length))
        total = g.plus(total, g.input(name))
    lost = g.add("<=", total, g.number(float("inf")))
    made.stops = [Stop("lost", lost, unless=True)]
    return made


def with_megno(program: Program) -> Program:
    """The program of a state, a direction and the mean exponential growth of that.

    With g_k the logarithm of what step k made of its length, Y_n = 2/n (1 g_1 + ... + n g_n); the
    field "megno" sums up Y_1, Y_2, ... and "step number" says how many.
    """
    made = with_directions(program, 1, orthogonal=True)
    g = made.graph
    stretched = g.input("stretched 0")
    (growth,) = (arg for arg in g[made.step["stretched 0"]].args if arg != stretched)
    number = g.plus(g.input("step number"), g.number(1.0))
    weighted = g.plus(g.input("weighted growth"), g.times(number, growth))
    total = g.plus(g.input("megno"), g.over(g.times(g.number(2.0), weighted), number))
    new = {"step number": number, "weighted growth": weighted, "megno": total}
    made.fields += new
    made.start |= dict.fromkeys(new, g.number(0.0))
    made.step |= new
    return made


def _flow_with(flow: Flow, names: list[str], vectors: list[list[int]]) -> Flow:
    """A flow whose directions are integrated with it, and no twin; stops do not end its steps."""
    rates = {name: rate for name, rate in flow.rates.items() if not name.startswith("twin ")}
    groups = [list(names)]
    for i, vector in enumerate(vectors):
        groups.append([f"direction {i} {name}" for name in names])
        rates |= dict(zip(groups[-1], vector, strict=True))
    return Flow(rates, groups, [], flow.tolerance)


def _orthogonal(g: Graph, vectors: list[list[int]]) -> list[int]:
    """Makes vectors orthogonal and of length 1, in place (Gram and Schmidt); their lengths."""
    lengths = []
    for i, vector in enumerate(vectors):
        for other in vectors[:i]:
            part = _sum(g, [g.times(a, b) for a, b in zip(vector, other, strict=True)])
            vector = [g.minus(a, g.times(part, b)) for a, b in zip(vector, other, strict=True)]
        length = g.add("sqrt", _sum(g, [g.times(a, a) for a in vector]))
        length = g.add("max", length, g.number(LEAST))
        vectors[i] = [g.over(a, length) for a in vector]
        lengths.append(length)
    return lengths


def _sum(g: Graph, nodes: list[int]) -> int:
    total = nodes[0]
    for node in nodes[1:]:
        total = g.plus(total, node)
    return total
