// Three bodies from starts that are closer together than float64 can tell: one reference orbit in
// many digits, and the Taylor polynomial ("jet") of the state in what a start differs by from the
// reference's. As long as the polynomial is exact enough, it jumps over all the steps so far, and
// an orbit goes on in float64 from where it is then.
//
// The variables are u and v, by which a pixel is away across and up, and t, by which its twin's
// body 1 is besides, in x, y and z. All are in units of 2^-octave, so that no coefficient grows or
// vanishes.
#pragma once

#include "integrators.h"
#include "jet.h"
#include "reference_job.h"
#include "three_body.h"

namespace divergence {

using ThreeBodyJet = Jet<double, 3, 4>;
constexpr int motion_numbers = 12;  // r2, r3, u2, u3
// Of a polynomial: its coefficients, and what its constant's rounding leaves out.
constexpr int jet_numbers = ThreeBodyJet::count + 1;

// Where the reference is, every relative position rounded for itself.
struct ReferencePositions {
    Vector<double> r2, r3, r23;
};

template <class From>
Vector<double> to_double(const Vector<From>& a) {
    return {double(a.x), double(a.y), double(a.z)};
}

template <int N>
Pair<double> to_pair(const BigFloat<N>& a) {
    const double high = double(a);
    return {high, double(a - BigFloat<N>::binary(high, 0))};
}

// Three bodies by Euler's method, every number a pair of doubles, and every constant the pair that
// is nearest to its decimals.
template <class R>
struct ThreeBodyInPairs : ThreeBody<Pair<R>, Euler> {
    explicit ThreeBodyInPairs(const ThreeBodyParameters& p) : ThreeBody<Pair<R>, Euler>(p) {
        const Gravity<BigFloat<3>, BigFloat<3>> exact(p);
        auto& gravity = this->gravity;
        gravity.g3 = to_pair(exact.g3);
        gravity.minus_g2 = to_pair(exact.minus_g2);
        gravity.minus_g12 = to_pair(exact.minus_g12);
        gravity.minus_g13 = to_pair(exact.minus_g13);
    }
};

template <int N>
class ThreeBodyReference {
public:
    using R = BigFloat<N>;
    ThreeBodyReference(const ThreeBodyParameters& p, const char* x, const char* y)
        : gravity(p), state{start_of<R>(p, R(x), R(y))} {}

    ReferencePositions positions() const {
        const Motion<R>& s = state.now;
        return {to_double(s.r2), to_double(s.r3), to_double(s.r3 - s.r2)};
    }
    const R* motion() const { return &state.now.r2.x; }
    void step() { Euler::step<R>(*this, state); }
    void kick(Motion<R>& onto, const Motion<R>& at) const {
        gravity.add(onto, pull(at.r2), pull(at.r3), pull(at.r3 - at.r2));
    }

private:
    static Vector<R> pull(const Vector<R>& r) {
        const R y = inverse_root(dot(r, r));
        return y * y * y * r;
    }
    Gravity<R, R> gravity;
    Euler::State<R, Motion<R>> state;
};

// The jets of a motion. Their constants are the reference's.
class ThreeBodyJets {
public:
    ThreeBodyJets(const ThreeBodyParameters& p, int64_t octave) : gravity(p), state{} {
        Motion<ThreeBodyJet>& s = state.now;
        const double unit = std::ldexp(1.0, -int(octave));
        ThreeBodyJet* coordinates[] = {&s.r2.x, &s.r2.y, &s.r2.z, &s.r3.x, &s.r3.y, &s.r3.z};
        for (int i = 0; i < 6; ++i) {
            if (i % 3 == p.horizontal) coordinates[i]->c[u] = -unit;
            if (i % 3 == p.vertical) coordinates[i]->c[v] = -unit;
            coordinates[i]->c[t] = -unit;
        }
    }
    void step(const ReferencePositions& reference) {
        at = reference;
        Euler::step<ThreeBodyJet>(*this, state);
    }
    void kick(Motion<ThreeBodyJet>& onto, const Motion<ThreeBodyJet>& s) const {
        Vector<ThreeBodyJet> f12, f13, f23;
        pulls(s.r2, s.r3, f12, f13, f23);
        gravity.add(onto, f12, f13, f23);
    }
    void halve_unit() {
        for (int i = 0; i < motion_numbers; ++i) number(i).halve_unit();
    }
    // The parts of the last order beside those of the first and beside those of the one before it:
    // what is left out. A part is the sum over its monomials, at |u| = |v| = 1/2 and without t, of
    // the largest coefficient among the coordinates.
    double error() const {
        constexpr auto& monomials = ThreeBodyJet::monomials;
        double largest[ThreeBodyJet::count] = {}, part[5] = {};
        for (int j = 0; j < motion_numbers; ++j)
            for (int i = 0; i < ThreeBodyJet::count; ++i) {
                const double size = std::fabs(number(j).c[i]);
                largest[i] = size > largest[i] ? size : largest[i];
            }
        for (int i = 0; i < ThreeBodyJet::count; ++i)
            if (monomials.power[i][t_power] == 0) part[monomials.degree[i]] += largest[i];
        return part[4] / part[1] * (part[4] / part[3]) / 16;
    }
    template <int N>
    void write(const BigFloat<N>* reference, double* to) const {
        for (int i = 0; i < motion_numbers; ++i, to += jet_numbers) {
            std::copy_n(number(i).c, ThreeBodyJet::count, to);
            const Pair<double> constant = to_pair(reference[i]);
            to[0] = constant.high;
            to[ThreeBodyJet::count] = constant.low;
        }
    }

private:
    static constexpr int u = 1, v = 2, t = 3;  // the numbers of the monomials of degree 1
    static constexpr int t_power = 2;
    using Three = PackOf<double, 32>::type;  // lanes for the pairs 12, 13 and 23
    using JetOfThree = Jet<Three, 3, 4>;

    ThreeBodyJet& number(int i) { return (&state.now.r2.x)[i]; }
    const ThreeBodyJet& number(int i) const { return (&state.now.r2.x)[i]; }

    void pulls(const Vector<ThreeBodyJet>& r2, const Vector<ThreeBodyJet>& r3,
               Vector<ThreeBodyJet>& f12, Vector<ThreeBodyJet>& f13,
               Vector<ThreeBodyJet>& f23) const {
        const auto join = [](const ThreeBodyJet& a, const ThreeBodyJet& b, double a0, double b0,
                             double c0) {
            JetOfThree joined;
            for (int i = 1; i < joined.count; ++i)
                joined.c[i] = Three{a.c[i], b.c[i], b.c[i] - a.c[i], 0};
            joined.c[0] = Three{a0, b0, c0, a0};  // the fourth is a number and no more
            return joined;
        };
        const JetOfThree x = join(r2.x, r3.x, at.r2.x, at.r3.x, at.r23.x),
                         y = join(r2.y, r3.y, at.r2.y, at.r3.y, at.r23.y),
                         z = join(r2.z, r3.z, at.r2.z, at.r3.z, at.r23.z);
        const JetOfThree squares = square(x) + square(y) + square(z);
        const Three a = squares.c[0], root = sqrt(a);
        const JetOfThree q = power(squares, -1.5, broadcast<Three>(1) / (a * root));
        const auto part = [](const JetOfThree& f, ThreeBodyJet& a, ThreeBodyJet& b,
                             ThreeBodyJet& c) {
            for (int i = 0; i < f.count; ++i)
                a.c[i] = f.c[i][0], b.c[i] = f.c[i][1], c.c[i] = f.c[i][2];
        };
        part(q * x, f12.x, f13.x, f23.x);
        part(q * y, f12.y, f13.y, f23.y);
        part(q * z, f12.z, f13.z, f23.z);
    }

    Gravity<ThreeBodyJet> gravity;
    Euler::State<ThreeBodyJet, Motion<ThreeBodyJet>> state;
    ReferencePositions at{};
};

// Steps a reference and its jets, and notes the last jets of every octave. go_on(step, octaves
// noted) is asked now and then; where it says no, the work ends there.
template <int N>
void follow_reference(const ThreeBodyParameters& p, const ReferenceJob& job, const GoOn& go_on) {
    ThreeBodyReference<N> reference(p, job.x, job.y);
    ThreeBodyJets jets(p, job.first_octave);
    std::fill_n(job.steps, job.octaves, -1);
    int64_t noted = 0;
    for (int64_t n = 0; noted < job.octaves; ++n) {
        if (n % 256 == 0 && !go_on(n, noted)) return;
        ThreeBodyJets next = jets;
        next.step(reference.positions());
        while (noted < job.octaves && (n == job.max_steps || !(next.error() <= job.tolerance))) {
            job.steps[noted] = n;
            jets.write(reference.motion(), job.jets + noted * motion_numbers * jet_numbers);
            ++noted;
            jets.halve_unit();
            next.halve_unit();
        }
        reference.step();
        jets = next;
    }
}

// The states, as the engine goes on from them, of pixels that are u and v units of an octave away:
// in doubles, or in pairs of doubles.
inline void states_of_jets(const double* jets, double shift, int64_t octave, const double* u,
                           const double* v, int64_t count, bool in_pairs, double* states) {
    constexpr auto& monomials = ThreeBodyJet::monomials;
    const double t = std::ldexp(shift, int(octave));
    const double twin_unit = t / power_of_two_near(shift);
    const int width = in_pairs ? 2 : 1;
    for (int64_t n = 0; n < count; ++n) {
        double value[ThreeBodyJet::count], rate[ThreeBodyJet::count];  // of the monomials; over t
        for (int i = 0; i < ThreeBodyJet::count; ++i) {
            const int* power = monomials.power[i];
            double plain = 1;
            for (int k = 0; k < power[0]; ++k) plain *= u[n];
            for (int k = 0; k < power[1]; ++k) plain *= v[n];
            value[i] = power[2] == 0 ? plain : 0;
            for (int k = 1; k < power[2]; ++k) plain *= t;
            rate[i] = power[2] == 0 ? 0 : plain;
        }
        double* const system = states + 2 * n * motion_numbers * width;
        double* const twin = system + motion_numbers * width;
        for (int j = 0; j < motion_numbers; ++j) {
            const double* c = jets + j * jet_numbers;
            double differs = 0, twin_differs = 0;
            for (int i = ThreeBodyJet::count - 1; i > 0; --i) {
                differs += c[i] * value[i];
                twin_differs += c[i] * rate[i];
            }
            if (in_pairs) {
                const Pair<double> sum = two_sum(c[0], differs + c[ThreeBodyJet::count]);
                system[2 * j] = sum.high;
                system[2 * j + 1] = sum.low;
            } else {
                system[j] = c[0] + differs;
            }
            twin[width * j] = twin_unit * twin_differs;
            if (in_pairs) twin[2 * j + 1] = 0;
        }
    }
}

}  // namespace divergence
