// Maps whose start is the pixel, from starts that are closer together than float64 can tell: a
// reference orbit in many digits, and the Taylor polynomial of order 4 about it. As long as the
// polynomial is exact enough it jumps over all the steps so far, and orbits go on in float64 from
// there. Where pixels are so close even then that float64 could not tell them apart, as at a pole
// or where some stop, each goes on in many digits until they are not.
//
// The map is stepped by its own header: with expansions, and with numbers of many digits.
#pragma once

#include "boundary.h"

#ifndef __CUDACC__  // references are the work of one core
#include <memory>

#include "expansion.h"
#include "long_work.h"
#include "plane_job.h"

namespace divergence {

// Number i of a state of numbers of type R.
template <class R, class State>
R& number_of(State& state, int i) {
    static_assert(sizeof(State) % sizeof(R) == 0, "a State holds numbers and no more");
    return ((R*)&state)[i];
}
template <class R, class State>
const R& number_of(const State& state, int i) {
    return number_of<R>(const_cast<State&>(state), i);
}

// A reference of any map, in any number of digits, as its pixels see it.
class PlaneReference {
public:
    virtual ~PlaneReference() = default;
    // The state of a pixel and the steps that it has taken; returns how many it took by itself.
    virtual int64_t find(const PlanePixelsJob& job, int64_t pixel) const = 0;
};

// Pixels that were folded together, at a critical point, need more digits to be told apart.
struct TooFewDigits {};

template <template <class> class Map, int N>
class PlaneReferenceOf : public PlaneReference {
    using Parameters = typename Map<double>::Parameters;
    template <class R>
    using State = typename Map<R>::State;
    using Big = BigFloat<N>;
    using Number = Expansion<N>;
    static constexpr int numbers = sizeof(State<double>) / sizeof(double);

public:
    PlaneReferenceOf(const Parameters& p, const PlaneReferenceJob& job)
        : x(job.x), y(job.y), exact(p), rough(p), plain(p), expanded(p) {}

    // Steps the reference, and notes for every octave the last state whose polynomial is exact
    // enough, and at which no point of the window may have stopped before.
    void follow(const PlaneReferenceJob& job, bool may_need_more, const GoOn& go_on) {
        std::fill_n(job.steps, job.octaves, -1);
        const auto left = [&] { return job.octaves - int64_t(notes.size()); };
        Number x_number(x), y_number(y);
        x_number.tail.c[1] = y_number.tail.c[2] = Extended(1.0);
        State<Number> now{};
        while (left() > 0 && !(attempt([&] { now = expanded.start(x_number, y_number); }) &&
                               Parts(now).leaves_out_less(job.tolerance))) {
            note(job, -1, now);
            x_number.tail.halve_unit();
            y_number.tail.halve_unit();
        }
        for (int64_t n = 0; left() > 0; ++n) {
            if (n % 16 == 0 && !go_on(n, int64_t(notes.size()))) return;
            State<Number> next = now;
            const bool ended = n == job.max_steps || !attempt([&] { expanded.step(next); });
            while (left() > 0 && (ended || expanded.stopped(now) ||
                                  !Parts(next).leaves_out_less(job.tolerance))) {
                note(job, n, now);
                halve_unit(now);
                halve_unit(next);
            }
            if (may_need_more && left() > 0 && Parts(next).are_folded(left() - 1))
                throw TooFewDigits();
            now = next;
        }
    }

    int64_t find(const PlanePixelsJob& job, int64_t pixel) const override {
        const Note& from = notes[size_t(job.octave)];
        const int64_t first = std::max<int64_t>(0, std::min(from.steps, job.max_steps));
        int64_t n = first;
        double* const to = job.states + pixel * numbers;
        try {
            State<Big> state;
            if (from.steps < 0)
                state = exact.start(x + Big::binary(job.u[pixel], -job.octave),
                                    y + Big::binary(job.v[pixel], -job.octave));
            else
                state = state_at(from, job.u[pixel], job.v[pixel]);
            if (from.are_close) go_on_in_many_digits(from, state, n, job.max_steps);
            State<BigFloat<1>> last = rounded<BigFloat<1>>(state);
            for (; n < job.max_steps && !fits(last) && !rough.stopped(last); ++n) rough.step(last);
            for (int i = 0; i < numbers; ++i) to[i] = double(number_of<BigFloat<1>>(last, i));
        } catch (const std::domain_error&) {  // at a pole: it never arrives anywhere
            std::fill_n(to, numbers, NAN);
            n = job.max_steps;
        }
        job.times[pixel] = int32_t(n);
        return n - first;
    }

private:
    struct Note {
        int64_t steps;   // -1: before the start, whose own step no polynomial jumps over
        bool are_close;  // float64 could not tell the pixels apart
        State<Number> state;
    };
    static constexpr int close_bits = 30;

    // Does some steps; false at a pole.
    template <class Steps>
    static bool attempt(const Steps& steps) {
        try {
            steps();
        } catch (const std::domain_error&) {
            return false;
        }
        return true;
    }
    static void halve_unit(State<Number>& state) {
        for (int i = 0; i < numbers; ++i) number_of<Number>(state, i).tail.halve_unit();
    }

    // The parts of a state by degree, each the sum over its monomials of the largest coefficient
    // among the numbers, where the variables are 1/2.
    struct Parts {
        Extended of_degree[Tail::order + 1];

        explicit Parts(const State<Number>& state) {
            for (int i = 0; i < Tail::count; ++i) {
                Extended largest;
                for (int j = 0; j < numbers; ++j) {
                    const Extended size = absolute(number_of<Number>(state, j).tail.c[i]);
                    if (largest < size) largest = size;
                }
                Extended& part = of_degree[Tail::monomials.degree[i]];
                part = part + scaled(largest, -Tail::monomials.degree[i]);
            }
        }
        // Whether what the polynomial leaves out does not matter: P4 beside P1, times what the next
        // order is beside P4, of which P4 / P3 or, where orders are missing, (P4 / P2)^(1/2) tells.
        bool leaves_out_less(double tolerance) const {
            const Extended* p = of_degree;
            if (p[4].value == 0) return true;
            const Extended first = p[1] < p[2] ? p[2] : p[1];
            if (first.value == 0) return false;
            const bool is_odd = p[2].value == 0, is_even = p[3].value == 0;
            if (is_odd && is_even) return false;
            const Extended by_two = is_odd ? Extended(0.0) : sqrt(p[4] / p[2]);
            const Extended by_one = is_even ? by_two : p[4] / p[3];
            const Extended ratio = is_odd || by_one < by_two ? by_one : by_two;
            return p[4] / first * ratio < Extended(tolerance);
        }
        bool are_close() const {
            return of_degree[1] + of_degree[2] < scaled(of_degree[0], -close_bits);
        }
        // Whether the pixels of a window so many octaves deeper differ by their squares, and by no
        // more than rounding.
        bool are_folded(int64_t octaves) const {
            const Extended first = scaled(of_degree[1], -octaves),
                           second = scaled(of_degree[2], -2 * octaves);
            return first < second && second < scaled(of_degree[0], 64 - 64 * N);
        }
    };
    void note(const PlaneReferenceJob& job, int64_t steps, const State<Number>& state) {
        job.steps[notes.size()] = std::max<int64_t>(steps, 0);
        notes.push_back({steps, steps >= 0 && Parts(state).are_close(), state});
    }

    static State<Big> state_at(const Note& from, double u, double v) {
        Extended monomial[Tail::count];
        for (int i = 0; i < Tail::count; ++i) {
            monomial[i] = Extended(1.0);
            for (int k = 0; k < Tail::monomials.power[i][0]; ++k)
                monomial[i] = monomial[i] * Extended(u);
            for (int k = 0; k < Tail::monomials.power[i][1]; ++k)
                monomial[i] = monomial[i] * Extended(v);
        }
        State<Big> state;
        for (int j = 0; j < numbers; ++j) {
            const Number& number = number_of<Number>(from.state, j);
            Extended differs;
            for (int i = Tail::count - 1; i > 0; --i)
                differs = differs + number.tail.c[i] * monomial[i];
            number_of<Big>(state, j) = number.constant + to_big<N>(differs);
        }
        return state;
    }
    static double rounded_to(const Big& number, double) { return double(number); }
    static BigFloat<1> rounded_to(const Big& number, const BigFloat<1>&) {
        return number.template rounded_to<1>();
    }
    template <class R>
    static State<R> rounded(const State<Big>& state) {
        State<R> made;
        for (int i = 0; i < numbers; ++i)
            number_of<R>(made, i) = rounded_to(number_of<Big>(state, i), R());
        return made;
    }
    // Whether all numbers are far within the range of double.
    static bool fits(const State<BigFloat<1>>& state) {
        for (int i = 0; i < numbers; ++i) {
            const BigFloat<1>& number = number_of<BigFloat<1>>(state, i);
            if (!number.is_zero() && std::abs(number.exponent) > 900) return false;
        }
        return true;
    }
    // Steps a pixel until it is far enough from the reference, which is stepped beside it. Where it
    // stops before, by less than float64 sees, its state is a later one, which float64 sees stop.
    void go_on_in_many_digits(const Note& from, State<Big>& state, int64_t& n,
                              int64_t max_steps) const {
        State<Big> reference;
        for (int i = 0; i < numbers; ++i)
            number_of<Big>(reference, i) = number_of<Number>(from.state, i).constant;
        bool is_close = true;
        for (; is_close && n < max_steps && !exact.stopped(state); ++n) {
            exact.step(state);
            is_close = attempt([&] { exact.step(reference); }) && are_close(state, reference);
        }
        if (n == max_steps || !exact.stopped(state)) return;
        for (int64_t i = 0; i < max_steps && !plain.stopped(rounded<double>(state)); ++i)
            exact.step(state);
    }
    static bool are_close(const State<Big>& a, const State<Big>& b) {
        int64_t apart = Big::zero_exponent, size = Big::zero_exponent;
        for (int i = 0; i < numbers; ++i) {
            const Big &one = number_of<Big>(a, i), &other = number_of<Big>(b, i);
            apart = std::max(apart, (one - other).exponent);
            size = std::max(size, one.exponent);
        }
        return apart < size - close_bits;
    }

    const Big x, y;
    const Map<Big> exact;
    const Map<BigFloat<1>> rough;
    const Map<double> plain;
    const Map<Number> expanded;
    std::vector<Note> notes;
};

// A reference under way.
class PlaneReferenceRun : public LongWork {
public:
    using Made = std::shared_ptr<std::unique_ptr<PlaneReference>>;
    PlaneReferenceRun(Made made, Work work) : LongWork(std::move(work)), made(std::move(made)) {}
    const PlaneReference& reference() const { return **made; }

private:
    const Made made;
};

template <template <class> class Map>
int64_t submit_plane(const typename Map<double>::Parameters& p, const PlaneReferenceJob& asked) {
    const auto made = std::make_shared<std::unique_ptr<PlaneReference>>();
    const auto work = [p, made, job = asked, x = std::string(asked.x),
                       y = std::string(asked.y)](const GoOn& go_on) mutable {
        job.x = x.c_str();
        job.y = y.c_str();
        const auto follow = [&](bool may_need_more) {
            with_digits<3, 12, 24, 48>(job.bits, [&](auto digits) {
                auto reference = std::make_unique<PlaneReferenceOf<Map, digits>>(p, job);
                reference->follow(job, may_need_more, go_on);
                *made = std::move(reference);
            });
        };
        try {
            follow(true);
        } catch (const TooFewDigits&) {
            job.bits *= 2;
            follow(false);
        }
    };
    return tickets().add(std::make_shared<PlaneReferenceRun>(made, work));
}
inline int64_t submit_plane_pixels(const PlanePixelsJob& job) {
    const auto run = std::dynamic_pointer_cast<PlaneReferenceRun>(tickets().find(job.reference));
    if (!run) throw std::invalid_argument("no reference orbit has this ticket");
    const auto find = [run, job](int64_t i) { return run->reference().find(job, i); };
    return tickets().add(std::make_shared<PixelsRun>(job.count, job.threads, find));
}

}  // namespace divergence

// Exports the references of a map in double precision, for windows of any depth.
#define EXPORT_PLANE(NAME, MAP)                                                                  \
    namespace divergence {                                                                       \
    EXPORT int divergence_##NAME##_plane_submit(const MAP<double>::Parameters* parameters,       \
                                                const PlaneReferenceJob* job, int64_t* ticket) { \
        return guarded([&] { *ticket = submit_plane<MAP>(*parameters, *job); });                 \
    }                                                                                            \
    EXPORT int divergence_##NAME##_plane_pixels_submit(const void*, const PlanePixelsJob* job,   \
                                                       int64_t* ticket) {                        \
        return guarded([&] { *ticket = submit_plane_pixels(*job); });                            \
    }                                                                                            \
    }
#else
#define EXPORT_PLANE(NAME, MAP)
#endif
