// A network of one hidden layer, y(v) = w1 . tanh(sqrt(2/n) w0 v) / n with n inputs and n hidden
// units, that learns targets for a list of inputs v by full-batch gradient descent on the mean
// square error, with a learning rate for each of its two layers: that of Sohl-Dickstein (2024),
// "The boundary of neural network trainability is fractal".
#pragma once

#include "engine.h"
#include "fields.h"
#include "squashing.h"

namespace divergence {

struct TrainabilityParameters {
    static constexpr int n = 4, samples = n * n + n;  // as many as the network has weights
    double inputs[samples][n], targets[samples];
    double w0[n][n], w1[n];  // at the start
    double target, bound;    // in units of the first loss: when it has learned, when it diverged
    FIELDS(inputs, targets, w0, w1, target, bound)
};

template <class R>
struct Trainability : MapDefaults {
    using T = Scalar<R>;
    using Parameters = TrainabilityParameters;
    static constexpr int n = Parameters::n, samples = Parameters::samples;

    // The weights, and the mean square errors before the last step and before the first.
    struct State {
        R w0[n][n], w1[n];
        R rate0, rate1;
        R loss, first_loss;
        FIELDS(w0, w1, rate0, rate1, loss, first_loss)
    };
    enum End : int32_t { learned = 1, diverged };

    Parameters p;  // inputs are scaled by sqrt(2/n)
    T scale;

    explicit Trainability(const Parameters& parameters)
        : p(parameters), scale(2.0 / (n * samples)) {
        for (auto& input : p.inputs)
            for (double& v : input) v *= std::sqrt(2.0 / n);
    }

    // A pixel is the decimal logarithms of the two learning rates.
    HOST_DEVICE State start(double x, double y) const {
        State s;
        for (int h = 0; h < n; ++h) {
            for (int j = 0; j < n; ++j) s.w0[h][j] = R(p.w0[h][j]);
            s.w1[h] = R(p.w1[h]);
        }
        s.rate0 = power_of_10(R(x));
        s.rate1 = power_of_10(R(y));
        s.loss = s.first_loss = R(0);
        return s;
    }
    HOST_DEVICE ALWAYS_INLINE uint32_t stopped(const State& s) const {
        return exceeds(s.loss, p.bound * s.first_loss) | bits(s.loss < p.target * s.first_loss);
    }
    HOST_DEVICE int32_t fate(const State& s) const {
        return s.loss < p.target * s.first_loss ? learned : diverged;
    }

    HOST_DEVICE ALWAYS_INLINE void step(State& s) const {
        R g0[n][n]{}, g1[n]{}, loss{};  // n samples / 2 times the gradient
        for (int i = 0; i < samples; ++i) add_sample(s, p.inputs[i], p.targets[i], g0, g1, loss);
        s.loss = loss * (1.0 / samples);
        s.first_loss = s.first_loss == R{} ? s.loss : s.first_loss;
        for (int h = 0; h < n; ++h) {
            for (int j = 0; j < n; ++j) s.w0[h][j] = s.w0[h][j] - s.rate0 * scale * g0[h][j];
            s.w1[h] = s.w1[h] - s.rate1 * scale * g1[h];
        }
    }

private:
    static HOST_DEVICE ALWAYS_INLINE void add_sample(const State& s, const double* input,
                                                     double target, R (&g0)[n][n], R (&g1)[n],
                                                     R& loss) {
        R unit[n], output{};
        for (int h = 0; h < n; ++h) {
            R z = s.w0[h][0] * input[0];
            for (int j = 1; j < n; ++j) z = fma(s.w0[h][j], broadcast<R>(input[j]), z);
            unit[h] = tanh(z);
            output = fma(s.w1[h], unit[h], output);
        }
        const R error = output * (1.0 / n) - target, one = broadcast<R>(1);
        loss = fma(error, error, loss);
        for (int h = 0; h < n; ++h) {
            g1[h] = fma(error, unit[h], g1[h]);
            const R back = error * s.w1[h] * (one - unit[h] * unit[h]);
            for (int j = 0; j < n; ++j) g0[h][j] = fma(back, broadcast<R>(input[j]), g0[h][j]);
        }
    }
    static HOST_DEVICE R power_of_10(R x) {
        constexpr double log_10 = 0x1.26bb1bbb55516p+1, rest = -0x1.f48ad494ea3e9p-53;
        const R high = x * log_10, low = fma(x, R(log_10), -high) + x * rest, power = exp(high);
        return fma(power, low, power);
    }
};

}  // namespace divergence
