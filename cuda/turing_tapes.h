// One Turing machine of 2 symbols on all tapes: x is the half to the left of its head as a binary
// fraction, the nearest cell first, y the half from the head on. Beyond 52 cells a tape is blank.
#pragma once

#include "turing_tape.h"

namespace divergence {

struct TuringTapesParameters {
    static constexpr int most_states = 16;
    double states;
    double table[2 * most_states];  // the instructions of A on 0 and on 1, of B, ...
    FIELDS(states, table)
};

template <class R>
struct TuringTapes : MapDefaults {
    using Parameters = TuringTapesParameters;
    static constexpr int words = 24;  // 651 cells to either side

    struct State {
        R state;
        Tape<R, words> tape;
        FIELDS(state, tape)
    };
    enum End : int32_t { halted = 1, left_the_tape, no_tape };

    Parameters p;

    explicit TuringTapes(const Parameters& parameters) : p(parameters) {}

    HOST_DEVICE State start(R x, R y) const {
        const R one = broadcast<R>(1);
        const auto is_one = (x >= R{}) & (x < one) & (y >= R{}) & (y < one);
        State s{};
        s.state = select<R>(is_one, R{}, broadcast<R>(p.states + 1));
        s.tape.left = HalfTape<R, words>::of(select<R>(is_one, x, R{}));
        s.tape.right = HalfTape<R, words>::of(select<R>(is_one, y, R{}));
        return s;
    }
    HOST_DEVICE ALWAYS_INLINE uint32_t stopped(const State& s) const {
        return bits(s.state >= broadcast<R>(p.states)) | bits(s.tape.lost > R{});
    }
    HOST_DEVICE ALWAYS_INLINE void step(State& s) const {
        const R symbol = s.tape.read();
        const R known = minimum(s.state, broadcast<R>(p.states - 1));  // of lanes that have stopped
        const auto todo = Instruction<R>::of(gather(p.table, known + known + symbol));
        s.tape.move(symbol, todo.write, todo.to_right);
        s.state = todo.next;
    }
    HOST_DEVICE int32_t fate(const State& s) const {
        if (s.tape.lost > 0) return left_the_tape;
        return s.state > p.states ? no_tape : halted;
    }
};

}  // namespace divergence
