// Row T1's true map by another method in the same engine and packs: Gragg-Bulirsch-Stoer
// extrapolation of a fixed order, its step chosen lane by lane, on the same difference equations.

#include "engine_cpu.h"
#include "taylor.h"
#include "three_body.h"

namespace divergence {

template <class R, int columns>
struct Extrapolated : MapDefaults {
    using T = Scalar<R>;
    using Parameters = ThreeBodyParameters;
    using Equations = ThreeBody<R, Euler>;
    static constexpr bool keeps_time = true;
    struct State {
        Phase<R> now;
        R clock, h, ended;
    };

    Equations equations;
    T tolerance;

    explicit Extrapolated(const Parameters& p) : equations(p), tolerance(T(p.tolerance)) {}

    State start(double x, double y) const {
        State first{};
        first.now = equations.start(x, y).now;
        first.h = R(T(10));
        return first;
    }
    Mask<R> stopped(const State& s) const { return s.ended != R{}; }
    R time(const State& s) const { return s.clock; }
    int32_t fate(const State& s) const { return int32_t(s.ended); }
    double fraction(const State& s) const { return s.clock - double(int64_t(s.clock)); }

    void step(State& s) const {
        R error;
        Phase<R> next = extrapolate(s.now, s.h, error);
        const Mask<R> accepted = error <= broadcast<R>(tolerance * tolerance);
        const Mask<R> event = accepted & apart(next);
        R h = s.h;
        if (UNLIKELY(any(event))) {  // bisected with whole steps of the same order
            R low{}, high = s.h, ignored;
            for (int i = 0; i < 36; ++i) {
                const R middle = broadcast<R>(0.5) * (low + high);
                const Mask<R> beyond = apart(extrapolate(s.now, middle, ignored));
                high = beyond ? middle : high;
                low = beyond ? low : middle;
            }
            h = event ? high : h;
        }
        const R zero{};
        s.clock = s.clock + (accepted ? h : zero);
        s.ended = event ? broadcast<R>(1) : s.ended;
        choose(s.now.system, accepted, next.system);
        choose(s.now.twin, accepted, next.twin);
        const R share = broadcast<R>(T(tolerance * tolerance)) / error;
        const R factor = broadcast<R>(0.8) * rough_root(share, T(1.0 / (4 * columns - 2)));
        s.h = s.h * smaller(broadcast<R>(4), larger(broadcast<R>(T(0.1)), factor));
    }

private:
    Mask<R> apart(const Phase<R>& phase) const {
        typename Euler::State<R, Phase<R>> state{};
        state.now = phase;
        const uint32_t bits = equations.stopped(state);
        Mask<R> mask{};
        if constexpr (Number<R>::lanes == 1)
            mask = bits != 0;
        else
            for (int l = 0; l < Number<R>::lanes; ++l) mask[l] = (bits >> l) & 1 ? -1 : 0;
        return mask;
    }
    static void choose(Motion<R>& to, Mask<R> mask, const Motion<R>& from) {
        const auto each = [&](Vector<R>& a, const Vector<R>& b) {
            a = {mask ? b.x : a.x, mask ? b.y : a.y, mask ? b.z : a.z};
        };
        each(to.r2, from.r2);
        each(to.r3, from.r3);
        each(to.u2, from.u2);
        each(to.u3, from.u3);
    }
    static R square_ratio(const Motion<R>& a, const Motion<R>& b, const Motion<R>& size) {
        const Vector<R> e2 = a.r2 - b.r2, e3 = a.r3 - b.r3;
        return larger(dot(e2, e2) / dot(size.r2, size.r2), dot(e3, e3) / dot(size.r3, size.r3));
    }

    // Midpoint rules of 2, 4, ... substeps, extrapolated to none, and the square of the error.
    Phase<R> extrapolate(const Phase<R>& s, R h, R& error) const {
        Phase<R> table[columns];
        const Phase<R> first_rate = equations.rate(s);
        for (int row = 0; row < columns; ++row) {
            const int count = 2 * (row + 1);
            const R substep = h * broadcast<R>(T(1) / T(count)), twice = substep + substep;
            Phase<R> before = s, now = fma(substep, first_rate, s);
            for (int i = 1; i < count; ++i) {
                const Phase<R> next = fma(twice, equations.rate(now), before);
                before = now;
                now = next;
            }
            Phase<R> carry = now;
            for (int column = 0; column < row; ++column) {
                const Phase<R> old = table[column];
                table[column] = carry;
                const double ratio = double(row + 1) / double(row - column);
                const R weight = broadcast<R>(T(1 / (ratio * ratio - 1)));
                const Phase<R> change = fma(broadcast<R>(-1), old, carry);
                carry = fma(weight, change, carry);
            }
            table[row] = carry;
        }
        const Phase<R>&best = table[columns - 1], &other = table[columns - 2];
        error = larger(square_ratio(best.system, other.system, s.system),
                       square_ratio(best.twin, other.twin, s.twin));
        return best;
    }
};

template <int columns>
struct OfOrder {
    template <class R>
    using Map = Extrapolated<R, columns>;
};

}  // namespace divergence

// Times, fates and fractions as of dv.outcome_at(); half the order is 4, 6 or 8. Returns the steps.
extern "C" int64_t extrapolated(const divergence::ThreeBodyParameters* p, divergence::Job* job,
                                int64_t half_order) {
    using namespace divergence;
    const auto run = [&](auto run) {
        Progress progress;
        run->poll(1e6, progress);
        return progress.steps;
    };
    if (half_order == 4) return run(std::make_unique<CpuRun<OfOrder<4>::Map, double>>(*p, *job));
    if (half_order == 6) return run(std::make_unique<CpuRun<OfOrder<6>::Map, double>>(*p, *job));
    return run(std::make_unique<CpuRun<OfOrder<8>::Map, double>>(*p, *job));
}
