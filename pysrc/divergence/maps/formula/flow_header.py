"""A flow that is stepped by Taylor series, as C++: the map of header.py with the series of its
variables, by the rules of cuda/series.h."""

from .expansion import Term
from .graph import TRUTHS
from .header import Writer
from .program import EARLY, Program


def source(program: Program) -> str:
    """The source of a program's library."""
    return (Writer if program.flow is None else FlowWriter)(program).text()


class FlowWriter(Writer):
    """Writes the source of a flow."""

    def __init__(self, program: Program) -> None:
        assert program.flow is not None
        self.flow = program.flow
        self.terms = self.flow.terms(program.graph)
        super().__init__(program)
        self.fields[EARLY] = "early"
        self.member[EARLY] = "s.early"

    def _outputs(self) -> list[int]:
        return [*super()._outputs(), *self._expanded(), self.flow.tolerance]

    def _expanded(self) -> list[int]:
        """The nodes whose values the series begin with or are made from."""
        rules = {node for term in self.terms for node in (term.node, *term.args)}
        return sorted(rules | {*self.flow.rates.values(), *self.flow.margins})

    def _constructor(self) -> list[str]:
        tolerance = self._scalar(self.flow.tolerance)
        return [
            "T tolerance;",
            "int order;",
            "explicit Formula(const Parameters& p)",
            f": c(p), tolerance(T({tolerance})), order(series::order_for({tolerance})) {{}}",
        ]

    def _step(self) -> list[str]:
        return [
            *self._expansion(),
            "template <bool locates> HOST_DEVICE INLINE_ON_GPU void advance(State& next) const {",
            "series::flow<locates, R>(*this, next);",
            "const State s = next;",
            "(void)s;",
            *self._computed(self.program.step.values()),
            *(
                f"{self.member[name].replace('s.', 'next.', 1)} = {self._value(node)};"
                for name, node in self.program.step.items()
            ),
            "}",
            "HOST_DEVICE ALWAYS_INLINE void step(State& next) const { advance<true>(next); }",
        ]

    def _series(self, node: int) -> str:
        """The array of a node's series."""
        name, _, value = self.graph[node]
        return f"a_{self.fields[str(value)]}" if name == "input" else f"a{node}"

    def _expansion(self) -> list[str]:
        flow, graph = self.flow, self.graph
        moving = [term.node for term in self.terms]
        variables = [self._series(graph.input(name)) for name in flow.rates]
        resting = self._resting_series()
        arrays = [*variables, *map(self._series, moving)]
        return [
            "struct Expansion {",
            "int order;",
            "T tolerance;",
            *(f"R {name}[series::terms];" for name in arrays),
            "HOST_DEVICE Expansion(const Formula& map, const State& s)",
            ": order(map.order), tolerance(map.tolerance) {",
            "const auto& c = map.c;",
            "(void)c;",
            *self._computed(node for node in self._expanded() if graph[node].args),
            *(f"{self._series(node)}[0] = {self._value(node)};" for node in moving),
            *(
                f"{self._series(graph.input(name))}[0] = {self.member[name]};"
                for name in flow.rates
            ),
            *(f"R r{node}[series::terms] = {{{self._value(node)}}};" for node in resting),
            "for (int k = 1; k <= order; ++k) {",
            *(self._of_rate(name, rate) for name, rate in flow.rates.items()),
            *(f"{self._series(term.node)}[k] = {self._coefficient(term)};" for term in self.terms),
            "}",
            "}",
            "HOST_DEVICE ALWAYS_INLINE R size() const {",
            *self._size(),
            "}",
            "HOST_DEVICE State at(R h, const State& now) const {",
            "State s = now;",
            *(
                f"{self.member[name]} = series::value<R>(h, order, {array});"
                for name, array in zip(flow.rates, variables, strict=True)
            ),
            "return s;",
            "}",
            "HOST_DEVICE ALWAYS_INLINE Mask<R> may_stop(R h) const {",
            "(void)h;",
            f"return {' | '.join(map(self._near, flow.margins)) or 'series::mask_if<R>(false)'};",
            "}",
            "HOST_DEVICE ALWAYS_INLINE R leap(R now, R h) const {",
            "(void)now;",
            "R least = h;",
            *(
                f"least = smaller(series::safe_leap<R>(now, h, order, {array}), least);"
                for array in map(self._series, flow.margins)
            ),
            "return least;",
            "}",
            "};",
        ]

    def _resting_series(self) -> list[int]:
        """Nodes that do not move, and that a rule reads as a series all the same."""
        moving = {term.node for term in self.terms}
        moving |= {self.graph.input(name) for name in self.flow.rates}
        return sorted(
            {
                arg
                for term in self.terms
                if term.rule in ("select", "atan2")
                for arg in term.args
                if arg not in moving and self.graph[arg].name not in TRUTHS
            }
        )

    def _of_rate(self, name: str, rate: int) -> str:
        array = self._series(self.graph.input(name))
        if rate in {term.node for term in self.terms}:
            return f"{array}[k] = {self._series(rate)}[k - 1] / series::whole<R>(k);"
        return f"{array}[k] = k == 1 ? {self._value(rate)} : R{{}};"

    def _coefficient(self, term: Term) -> str:
        """Coefficient k of a term's series."""
        resting, rule, args = set(self._resting_series()), term.rule, term.args

        def of(arg: int) -> str:
            return f"r{arg}" if arg in resting else self._series(arg)

        if rule == "select":
            return f"select<R>({self._value(args[0])}, {of(args[1])}[k], {of(args[2])}[k])"
        if rule in ("sum", "difference"):
            return f"{of(args[0])}[k] {'+' if rule == 'sum' else '-'} {of(args[1])}[k]"
        if rule in ("same", "negative"):
            return f"{'-' if rule == 'negative' else ''}{of(args[0])}[k]"
        if rule == "scaled":
            return f"{self._value(args[0])} * {of(args[1])}[k]"
        if rule == "shared":
            return f"{of(args[0])}[k] / {self._value(args[1])}"
        if rule == "still":
            return "R{}"
        return f"series::{rule}<R>(k, {', '.join(map(of, (term.node, *args)))})"

    def _size(self) -> list[str]:
        """The smallest of the groups' steps."""
        lines = []
        for i, group in enumerate(self.flow.groups):
            arrays = ", ".join(self._series(self.graph.input(name)) for name in group)
            lines += [
                f"const R* const group{i}[] = {{{arrays}}};",
                f"const R size{i} = "
                f"series::step_size<R>(order, broadcast<R>(tolerance), group{i});",
            ]
        result = "size0"
        for i in range(1, len(self.flow.groups)):
            result = f"smaller({result}, size{i})"
        return [*lines, f"return {result};"]

    def _near(self, margin: int) -> str:
        return f"series::may_vanish<R>(h, order, {self._series(margin)})"

    def _fraction(self) -> list[str]:
        return ["HOST_DEVICE double fraction(const State& s) const { return -s.early; }"]

    def _orbits(self) -> list[str]:
        p = self.program
        if not p.is_planar:
            return []
        names = [self.fields[name] for name in p.fields[: p.variables]]
        return [
            "template <class R> struct FormulaOrbit {",
            "using Parameters = FormulaOrbitParameters;",
            "Formula<R> map;",
            "explicit FormulaOrbit(const Parameters& p) : map(p) {}",
            "HOST_DEVICE Point<R> operator()(const Point<R>& s) const {",
            "typename Formula<R>::State state{};",
            *(f"state.{name} = s.{axis};" for name, axis in zip(names, "xy", strict=False)),
            "map.template advance<false>(state);",
            f"return {{state.{names[0]}, {f'state.{names[1]}' if len(names) > 1 else 's.y'}}};",
            "}",
            "};",
        ]

    def _calls(self) -> int:
        return super()._calls() + len(self.terms)

    def _packs(self) -> int:
        return 1
