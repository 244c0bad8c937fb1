// Maps whose start is the pixel, from starts that are closer together than float64 can tell: as for
// three bodies, a reference orbit in many digits and the Taylor polynomial of order 4 about it. The
// map is stepped by its own header: with numbers of many digits, and with polynomials.
#pragma once

#include "jet_comparison.h"
#include "reference_job.h"

namespace divergence {

using PlaneJet = Jet<double, 2, 4>;

// Number i of a state of numbers of type R.
template <class R, class State>
R& number_of(State& state, int i) {
    static_assert(sizeof(State) % sizeof(R) == 0, "a State holds numbers and no more");
    return ((R*)&state)[i];
}

// What the last order matters: beside the first, and beside the one before it.
template <class State>
double error_of(State& state) {
    constexpr auto& monomials = PlaneJet::monomials;
    double part[5] = {};
    for (int i = 0; i < PlaneJet::count; ++i) {
        double largest = 0;
        for (int j = 0; j < int(sizeof(State) / sizeof(PlaneJet)); ++j)
            largest = std::max(largest, std::fabs(number_of<PlaneJet>(state, j).c[i]));
        part[monomials.degree[i]] += largest;
    }
    return part[4] == 0 ? 0 : part[4] / part[1] * (part[4] / part[3]) / 16;
}

// Steps a reference and its jets, and notes the last jets of every octave that leave out too little
// to matter, and for which no point of the window may have stopped before.
template <template <class> class Map, int N>
void follow_plane(const typename Map<double>::Parameters& p, const ReferenceJob& job,
                  const GoOn& go_on) {
    using Exact = BigFloat<N>;
    const Map<Exact> exact(p);
    const Map<PlaneJet> map(p);
    constexpr int numbers = sizeof(typename Map<double>::State) / sizeof(double);
    const double unit = std::ldexp(1.0, -int(job.first_octave));
    const Exact x(job.x), y(job.y);
    PlaneJet x_jet{double(x)}, y_jet{double(y)};
    x_jet.c[1] = y_jet.c[2] = unit;
    auto reference = exact.start(x, y);
    auto jets = map.start(x_jet, y_jet);
    const auto pin = [&](auto& to) {
        for (int i = 0; i < numbers; ++i)
            number_of<PlaneJet>(to, i).c[0] = double(number_of<Exact>(reference, i));
    };
    const auto halve_unit = [](auto& state) {
        for (int i = 0; i < numbers; ++i) number_of<PlaneJet>(state, i).halve_unit();
    };
    pin(jets);
    std::fill_n(job.steps, job.octaves, -1);
    int64_t noted = 0;
    for (int64_t n = 0; noted < job.octaves; ++n) {
        if (n % 64 == 0 && !go_on(n, noted)) return;
        const bool ended = n == job.max_steps || exact.stopped(reference);
        auto next = jets;
        if (!ended) {
            map.step(next);
            exact.step(reference);
            pin(next);
        }
        while (noted < job.octaves &&
               (ended || map.stopped(jets) || !(error_of(next) <= job.tolerance))) {
            job.steps[noted] = n;
            double* to = job.jets + noted * numbers * PlaneJet::count;
            for (int i = 0; i < numbers; ++i)
                std::copy_n(number_of<PlaneJet>(jets, i).c, PlaneJet::count,
                            to + i * PlaneJet::count);
            ++noted;
            halve_unit(jets);
            halve_unit(next);
        }
        jets = next;
    }
}

// The states of points that are u and v units of an octave away, from that octave's jets.
inline void states_of_plane(const double* jets, int64_t numbers, const double* u, const double* v,
                            int64_t count, double* states) {
    constexpr auto& monomials = PlaneJet::monomials;
    for (int64_t n = 0; n < count; ++n) {
        double value[PlaneJet::count];
        for (int i = 0; i < PlaneJet::count; ++i) {
            value[i] = 1;
            for (int k = 0; k < monomials.power[i][0]; ++k) value[i] *= u[n];
            for (int k = 0; k < monomials.power[i][1]; ++k) value[i] *= v[n];
        }
        for (int64_t j = 0; j < numbers; ++j) {
            const double* c = jets + j * PlaneJet::count;
            double sum = 0;
            for (int i = PlaneJet::count - 1; i >= 0; --i) sum += c[i] * value[i];
            states[n * numbers + j] = sum;
        }
    }
}

}  // namespace divergence
