// Two neurons of OneNeuron that start alike and learn from the same samples in two orders: how long
// until their weights are further apart than a distance.
#pragma once

#include "one_neuron.h"

namespace divergence {

struct NeuronOrdersParameters {
    OneNeuronParameters neurons[2];
    double critical_distance;
    FIELDS(neurons, critical_distance)
};

template <class R>
struct NeuronOrders : MapDefaults {
    using Parameters = NeuronOrdersParameters;
    struct State {
        typename OneNeuron<R>::State first, second;
        FIELDS(first, second)
    };

    OneNeuron<R> first, second;
    Scalar<R> critical_distance;

    explicit NeuronOrders(const Parameters& p)
        : first(p.neurons[0]), second(p.neurons[1]), critical_distance(p.critical_distance) {}

    HOST_DEVICE State start(double x, double y) const {
        return {first.start(x, y), second.start(x, y)};
    }
    HOST_DEVICE ALWAYS_INLINE uint32_t stopped(const State& s) const {
        const R apart = absolute(s.first.w0 - s.second.w0) + absolute(s.first.w1 - s.second.w1) +
                        absolute(s.first.c - s.second.c);
        return exceeds(apart, broadcast<R>(critical_distance));
    }
    HOST_DEVICE ALWAYS_INLINE void step(State& s) const {
        first.step(s.first);
        second.step(s.second);
    }
};

}  // namespace divergence
