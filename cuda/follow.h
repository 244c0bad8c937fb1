// One point of any map, followed in steps whether or not it has stopped.
#pragma once

#include "engine.h"

namespace divergence {

// Writes the states of a point at every `every`-th step to states[count][variables], the
// first of them where it is now. `now`, of as many numbers, is where it is: its start unless
// `resume`; and in the end `every` steps after the last of the states. A map that keeps its own
// time has to end its steps at those moments.
template <class Choice>
void follow(const typename Choice::Parameters& parameters, double x, double y, int64_t every,
            int64_t count, double* states, double* now, bool resume) {
    using T = typename Choice::Scalar;
    using Map = typename Choice::template Map<T>;
    using State = typename Map::State;
    constexpr int variables = sizeof(State) / sizeof(T);
    const auto write = [](const State& state, double* to) {
        T numbers[variables];
        memcpy(numbers, &state, sizeof state);
        for (int k = 0; k < variables; ++k) to[k] = double(numbers[k]);
    };
    const Map map(parameters);
    State state;
    if (resume) {
        T numbers[variables];
        for (int k = 0; k < variables; ++k) numbers[k] = T(now[k]);
        memcpy((void*)&state, numbers, sizeof state);
    } else {
        state = map.start(x, y);
    }
    for (int64_t i = 0; i < count; ++i) {
        write(state, states + i * variables);
        if constexpr (Map::keeps_time) {
            const T then = map.time(state) + T(every);
            while (map.time(state) < then && !any(map.stopped(state))) map.step(state);
        } else {
            for (int64_t n = 0; n < every; ++n) map.step(state);
        }
    }
    write(state, now);
}

}  // namespace divergence
