// Gradient descent on the input of a fixed network until it is represented as a target is: with the
// output O(x) of a tanh network without biases, 2 inputs and `depth` layers of `width` units, and
// its Jacobian J, x' = x - eta J^T (O(x) - O(a)).
#pragma once

#include "engine.h"
#include "fields.h"
#include "squashing.h"

namespace divergence {

struct InputDescentParameters {
    static constexpr int width = 4, most_layers = 8;
    double first[width][2];                         // the weights of the first layer
    double weights[most_layers - 1][width][width];  // of those that follow
    double target[2];
    double eta, tolerance, rest, near;
    int64_t depth;  // 1 to most_layers
    FIELDS(first, weights, target, eta, tolerance, rest, near, depth)
};

template <class R>
struct InputDescent : MapDefaults {
    using T = Scalar<R>;
    using Parameters = InputDescentParameters;
    static constexpr int width = Parameters::width;
    struct State {
        R x, y;
        R distance;  // of the outputs
        R moved;     // in the last step, the sum of both coordinates
        FIELDS(x, y, distance, moved)
    };
    enum End : int32_t { found_target = 1, other_input, stuck };

    Parameters p;
    T goal[width];  // the target's output

    explicit InputDescent(const Parameters& parameters) : p(parameters), goal{} {
        T units[Parameters::most_layers][width];
        InputDescent<T>::forward(p, T(p.target[0]), T(p.target[1]), units);
        for (int i = 0; i < width; ++i) goal[i] = units[p.depth - 1][i];
    }
    HOST_DEVICE State start(R x, R y) const {
        R units[Parameters::most_layers][width];
        forward(p, x, y, units);
        return {x, y, distance(units[p.depth - 1]), broadcast<R>(1)};
    }
    HOST_DEVICE ALWAYS_INLINE uint32_t stopped(const State& s) const {
        return bits(s.distance < broadcast<R>(p.tolerance)) | bits(s.moved < broadcast<R>(p.rest));
    }
    HOST_DEVICE ALWAYS_INLINE void step(State& s) const {
        R units[Parameters::most_layers][width], back[width];
        forward(p, s.x, s.y, units);
        for (int i = 0; i < width; ++i) back[i] = units[p.depth - 1][i] - goal[i];
        for (int layer = int(p.depth) - 1; layer > 0; --layer) {
            R before[width]{};
            for (int i = 0; i < width; ++i) {
                const R slope = back[i] * derivative(units[layer][i]);
                for (int j = 0; j < width; ++j)
                    before[j] = fma(slope, broadcast<R>(p.weights[layer - 1][i][j]), before[j]);
            }
            for (int j = 0; j < width; ++j) back[j] = before[j];
        }
        R across{}, up{};
        for (int i = 0; i < width; ++i) {
            const R slope = back[i] * derivative(units[0][i]);
            across = fma(slope, broadcast<R>(p.first[i][0]), across);
            up = fma(slope, broadcast<R>(p.first[i][1]), up);
        }
        s.x = s.x - p.eta * across;
        s.y = s.y - p.eta * up;
        s.moved = p.eta * (absolute(across) + absolute(up));
        forward(p, s.x, s.y, units);
        s.distance = distance(units[p.depth - 1]);
    }
    HOST_DEVICE int32_t fate(const State& s) const {
        if (!(s.distance < p.tolerance)) return stuck;
        const T off = absolute(s.x - p.target[0]) + absolute(s.y - p.target[1]);
        return off < p.near ? found_target : other_input;
    }

    // The outputs of every layer's units.
    static HOST_DEVICE ALWAYS_INLINE void forward(const Parameters& p, R x, R y,
                                                  R (&units)[Parameters::most_layers][width]) {
        for (int i = 0; i < width; ++i) units[0][i] = tanh(p.first[i][0] * x + p.first[i][1] * y);
        for (int layer = 1; layer < p.depth; ++layer) {
            for (int i = 0; i < width; ++i) {
                const auto& row = p.weights[layer - 1][i];
                R z = row[0] * units[layer - 1][0];
                for (int j = 1; j < width; ++j)
                    z = fma(units[layer - 1][j], broadcast<R>(row[j]), z);
                units[layer][i] = tanh(z);
            }
        }
    }

private:
    static HOST_DEVICE ALWAYS_INLINE R derivative(R unit) { return broadcast<R>(1) - unit * unit; }
    HOST_DEVICE ALWAYS_INLINE R distance(const R (&output)[width]) const {
        R square{};
        for (int i = 0; i < width; ++i) {
            const R off = output[i] - goal[i];
            square = fma(off, off, square);
        }
        return sqrt(square);
    }
};

}  // namespace divergence
