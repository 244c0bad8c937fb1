// Coefficient k of the Taylor series of every operation, from lower ones of its result and those up
// to k of its arguments; the flows of formulas are integrated by them. Products are plain sums, in
// the order of their terms, which whole arrays of numbers can repeat.
//
// A. Jorba, M. Zou, A software package for the numerical integration of ODEs by means of high-order
// Taylor methods, Experimental Mathematics 14 (2005) 99-117, section 2.
#pragma once

#include "elementary.h"
#include "taylor.h"

#ifndef CALL
#define CALL ALWAYS_INLINE  // or out of line: see formula.h
#endif

namespace divergence::series {

constexpr int terms = 21;  // of a series; its order is 20 at most

template <class R>
using Series = const R*;

template <class R>
HOST_DEVICE ALWAYS_INLINE R whole(int n) {
    return broadcast<R>(Scalar<R>(n));
}
// Sums of a_j b_(k-j), and of j a_j b_(k-j), over j from `first` to `last`.
template <class R>
HOST_DEVICE CALL R convolution(int k, int first, int last, Series<R> a, Series<R> b) {
    R sum{};
    for (int j = first; j <= last; ++j) sum = sum + a[j] * b[k - j];
    return sum;
}
template <class R>
HOST_DEVICE CALL R weighted(int k, int last, Series<R> a, Series<R> b) {
    R sum{};
    for (int j = 1; j <= last; ++j) sum = sum + whole<R>(j) * a[j] * b[k - j];
    return sum;
}

template <class R>
HOST_DEVICE ALWAYS_INLINE R product(int k, Series<R>, Series<R> a, Series<R> b) {
    return convolution<R>(k, 0, k, a, b);
}
// c = a / b: a = b c; of an a that does not change, its inverse.
template <class R>
HOST_DEVICE ALWAYS_INLINE R inverse(int k, Series<R> c, Series<R> b) {
    return -convolution<R>(k, 1, k, b, c) / b[0];
}
template <class R>
HOST_DEVICE ALWAYS_INLINE R quotient(int k, Series<R> c, Series<R> a, Series<R> b) {
    return (a[k] - convolution<R>(k, 1, k, b, c)) / b[0];
}
// c = sqrt(a): a = c c.
template <class R>
HOST_DEVICE ALWAYS_INLINE R root(int k, Series<R> c, Series<R> a) {
    return (a[k] - convolution<R>(k, 1, k - 1, c, c)) / (c[0] + c[0]);
}
// c = exp(a), or exp(a) - 1, where `top` is exp(a[0]): c' = a' exp(a).
template <class R>
HOST_DEVICE ALWAYS_INLINE R exponential(int k, Series<R> c, Series<R> a, R top) {
    return (weighted<R>(k, k - 1, a, c) + whole<R>(k) * a[k] * top) / whole<R>(k);
}
template <class R>
HOST_DEVICE ALWAYS_INLINE R exp(int k, Series<R> c, Series<R> a) {
    return exponential<R>(k, c, a, c[0]);
}
template <class R>
HOST_DEVICE ALWAYS_INLINE R expm1(int k, Series<R> c, Series<R> a) {
    return exponential<R>(k, c, a, c[0] + broadcast<R>(1));
}
// c = log(a), or log(1 + a), where `base` is what the logarithm of a[0] is of: a c' = a'.
template <class R>
HOST_DEVICE ALWAYS_INLINE R logarithm(int k, Series<R> c, Series<R> a, R base) {
    return (a[k] - weighted<R>(k, k - 1, c, a) / whole<R>(k)) / base;
}
template <class R>
HOST_DEVICE ALWAYS_INLINE R log(int k, Series<R> c, Series<R> a) {
    return logarithm<R>(k, c, a, a[0]);
}
template <class R>
HOST_DEVICE ALWAYS_INLINE R log1p(int k, Series<R> c, Series<R> a) {
    return logarithm<R>(k, c, a, a[0] + broadcast<R>(1));
}
// c' = a' p, as of the sine, where p is the cosine; and c' = -a' p, of the cosine.
template <class R>
HOST_DEVICE ALWAYS_INLINE R primitive(int k, Series<R>, Series<R> a, Series<R> p) {
    return weighted<R>(k, k, a, p) / whole<R>(k);
}
template <class R>
HOST_DEVICE ALWAYS_INLINE R turned(int k, Series<R> c, Series<R> a, Series<R> p) {
    return -primitive<R>(k, c, a, p);
}
// c = tanh(a): c' = a' - a' q, where q is its square.
template <class R>
HOST_DEVICE ALWAYS_INLINE R tanh(int k, Series<R>, Series<R> a, Series<R> q) {
    return a[k] - weighted<R>(k, k, a, q) / whole<R>(k);
}
// c = atan2(y, x): d c' = x y' - y x', where d is x x + y y.
template <class R>
HOST_DEVICE ALWAYS_INLINE R atan2(int k, Series<R> c, Series<R> y, Series<R> x, Series<R> d) {
    const R across = weighted<R>(k, k, y, x) - weighted<R>(k, k, x, y);
    return (across - weighted<R>(k, k - 1, c, d)) / (whole<R>(k) * d[0]);
}

// The value at h of a series.
template <class R>
HOST_DEVICE ALWAYS_INLINE R value(R h, int order, Series<R> c) {
    R sum = c[order];
    for (int k = order - 1; k >= 0; --k) sum = sum * h + c[k];
    return sum;
}
// Whether a series could be 0 between its start and h.
template <class R>
HOST_DEVICE ALWAYS_INLINE Mask<R> may_vanish(R h, int order, Series<R> c) {
    R way{};
    for (int k = order; k >= 1; --k) way = (way + absolute(c[k])) * h;
    return !(way < absolute(c[0]));
}
// How far from `now` on it cannot be 0, by its greatest speed up to h.
template <class R>
HOST_DEVICE ALWAYS_INLINE R safe_leap(R now, R h, int order, Series<R> c) {
    R speed{};
    for (int k = order; k >= 1; --k) speed = speed * h + whole<R>(k) * absolute(c[k]);
    return absolute(value<R>(now, order, c)) / speed;
}

// The n-th root of a positive number to a few per cent: see rough_root() of taylor.h.
template <class R>
HOST_DEVICE ALWAYS_INLINE R rough_root(R a, int n) {
    const R one = to_number(bit_cast<typename Bits<R>::type>(broadcast<R>(1)));
    const R logarithm = to_number(bit_cast<typename Bits<R>::type>(a)) - one;
    return bit_cast<R>(to_integer(logarithm / whole<R>(n) + one));
}
// The order that costs least: 1 - log(tolerance) / 2 (Jorba and Zou, section 3.2).
inline int order_for(double tolerance) {
    return std::min(1 + int(std::ceil(-0.34657359 * std::ilogb(tolerance))), terms - 1);
}
// The longest step that keeps the last two terms of some series within a tolerance of the first
// two, of which one may be 0; not a number where they are out of range.
template <class R, int count>
HOST_DEVICE ALWAYS_INLINE R step_size(int order, R tolerance, const Series<R> (&all)[count]) {
    const auto size = [&](int k) {
        R sum{};
        for (const Series<R> c : all) sum = sum + absolute(c[k]);
        return sum;
    };
    const R start = tolerance * (size(0) + size(1));
    const auto step = [&](int k) {
        const R last = size(k), share = start / last;
        const R root = share > R{}    ? rough_root(share, k)
                       : share == R{} ? broadcast<R>(0x1p-10)  // from rest, at 0
                                      : broadcast<R>(NAN);
        return last == R{} ? broadcast<R>(HUGE_VAL) : root;
    };
    const R one = step(order), other = step(order - 1);
    return one < other ? one : other == other ? other : one;
}

// A mask of one truth for all lanes, and that of lanes whose bit is set.
template <class R>
HOST_DEVICE ALWAYS_INLINE Mask<R> mask_if(bool truth) {
    const R zero{}, number = broadcast<R>(truth ? 1 : 0);
    return number > zero;
}
template <class R>
HOST_DEVICE ALWAYS_INLINE Mask<R> mask_of(uint32_t set) {
    if constexpr (Number<R>::lanes == 1)
        return set != 0;
    else
        return ones<Mask<R>>(set) != 0;
}
// Takes the numbers of a state over, in some lanes.
template <class R, class State>
HOST_DEVICE ALWAYS_INLINE void choose(Mask<R> chosen, const State& from, State& to) {
    constexpr int numbers = sizeof(State) / sizeof(R);
    R mine[numbers], others[numbers];
    memcpy(mine, &to, sizeof to);
    memcpy(others, &from, sizeof from);
    UNROLL for (int i = 0; i < numbers; ++i) mine[i] = chosen ? others[i] : mine[i];
    memcpy((void*)&to, mine, sizeof to);
}

// The moment in (0, h] after which a state has stopped, in those lanes where it is `found`; those
// in which there is none are taken out. It is sought by leaps that are safe, or a 1024th of h, and
// then by 30 halvings.
template <class R, class Map, class Expansion, class State>
HOST_DEVICE R first_stop(const Map& map, const Expansion& series, const State& s, R h,
                         Mask<R>& found) {
    const auto beyond = [&](R t) { return mask_of<R>(map.stopped(series.at(t, s))); };
    const R shortest = h * broadcast<R>(1.0 / 1024);
    Mask<R> searching = found;
    R inside{}, now{};
    found = mask_if<R>(false);
    while (any(searching)) {
        const Mask<R> stops = searching & beyond(now);
        found = found | stops;
        searching = searching & !stops & (now < h);
        const R leap = larger(series.leap(now, h), shortest);
        inside = searching ? now : inside;
        now = searching ? smaller(now + leap, h) : now;
    }
    for (int i = 0; i < 30; ++i) {
        const R middle = broadcast<R>(0.5) * (inside + now);
        const Mask<R> stops = beyond(middle);
        now = stops ? middle : now;
        inside = stops ? inside : middle;
    }
    return now;
}

// Takes a state one step of dt further, by as many Taylor steps as that needs. A map has beside its
// State, whose member `early` falls from 0 to -1 on the way,
//   Expansion(map, state)  the series of its variables, with
//   size()                 the step that a tolerance allows
//   at(h, state)           the state a part h of the step later
//   may_stop(h)            whether a stop could come until h
//   leap(now, h)           how far from `now` none can come
// Where the step `locates`, it ends in a lane where a stop comes, to 1e-12 of a Taylor step, unless
// the state had stopped before. (What stops and goes on within a 1024th of one may pass unseen.)
// A state whose series end, or that takes 10 000 of them, is no number from there on.
template <bool locates, class R, class Map, class State>
HOST_DEVICE void flow(const Map& map, State& s) {
    constexpr int most = 10'000;
    const R end = broadcast<R>(-1);
    Mask<R> going = s.early > end;
    for (int taken = 0; any(going); ++taken) {
        const typename Map::Expansion series(map, s);
        const R left = s.early - end, size = series.size();
        const Mask<R> lands = !(size < left);
        const Mask<R> moves = (size > R{}) & (s.early - size < s.early);
        const Mask<R> lost = !(moves & mask_if<R>(taken < most));
        R h = lost ? broadcast<R>(NAN) : lands ? left : size;
        Mask<R> found = mask_if<R>(false);
        if constexpr (locates) {
            const Mask<R> near = going & !lost & series.may_stop(h);
            if (UNLIKELY(any(near))) found = near & !mask_of<R>(map.stopped(s));
            if (UNLIKELY(any(found))) {
                const R moment = first_stop<R>(map, series, s, h, found);
                h = found ? moment : h;
            }
        }
        State then = series.at(h, s);
        then.early = (lands | lost) & !found ? end : s.early - h;
        choose<R>(going, then, s);
        going = going & !found & (s.early > end);
    }
    s.early = s.early + broadcast<R>(1);
}

}  // namespace divergence::series
