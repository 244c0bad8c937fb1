// All Turing machines of n states and 2 symbols, started on a blank tape. A pixel is a machine: the
// instructions that its states A, B, ... follow where they read 0 are the digits of x in base
// b = 4 (n + 1), those where they read 1 the digits of y, A's the highest.
#pragma once

#include "turing_tape.h"

namespace divergence {

struct TuringMachinesParameters {
    static constexpr int most_states = 6;
    double states, base;
    double powers[most_states];  // of the base: what A's digit counts, B's, ...
    FIELDS(states, base, powers)
};

template <class R>
struct TuringMachines : MapDefaults {
    using Parameters = TuringMachinesParameters;
    static constexpr int words = 4;  // 130 cells to either side: more than 107 steps reach

    struct State {
        R x, y, state, ones;
        Tape<R, words> tape;
        FIELDS(x, y, state, ones, tape)
    };
    // A fate is the number of ones left and 1 more, up to `many`, or one of these.
    enum End : int32_t { many = 16, left_the_tape, no_machine };

    Parameters p;

    explicit TuringMachines(const Parameters& parameters) : p(parameters) {}

    HOST_DEVICE State start(R x, R y) const {
        State s{};
        s.x = floor(x), s.y = floor(y);
        s.tape.left.count = s.tape.right.count = broadcast<R>(27);
        const R end = broadcast<R>(p.powers[0] * p.base);
        const auto is_one = (s.x >= R{}) & (s.x < end) & (s.y >= R{}) & (s.y < end);
        s.state = select<R>(is_one, R{}, broadcast<R>(p.states + 1));
        return s;
    }
    HOST_DEVICE ALWAYS_INLINE uint32_t stopped(const State& s) const {
        return bits(s.state >= broadcast<R>(p.states)) | bits(s.tape.lost > R{});
    }
    HOST_DEVICE ALWAYS_INLINE void step(State& s) const {
        const R symbol = s.tape.read(), base = broadcast<R>(p.base);
        const R known = minimum(s.state, broadcast<R>(p.states - 1));  // of lanes that have stopped
        const R table = select<R>(symbol > R{}, s.y, s.x);
        const R above = floor(table / gather(p.powers, known));
        const auto todo = Instruction<R>::of(above - floor(above / base) * base);
        s.ones = s.ones + todo.write - symbol;
        s.tape.move(symbol, todo.write, todo.to_right);
        s.state = todo.next;
    }
    HOST_DEVICE int32_t fate(const State& s) const {
        if (s.tape.lost > 0) return left_the_tape;
        if (s.state > p.states) return no_machine;
        return s.ones + 1 < many ? int32_t(s.ones) + 1 : int32_t(many);
    }
};

}  // namespace divergence
