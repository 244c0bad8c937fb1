// Numbers that depend on where an orbit started: a constant in many digits, and the Taylor
// polynomial of what the number of a start nearby differs by. A map that is stepped with them steps
// its reference orbit and the jets about it at once, and every number on the way has a constant of
// its own, rounded once: so none is lost where two that are nearly the same are subtracted.
#pragma once

#include "big_float_sine.h"
#include "complex.h"
#include "extended.h"
#include "jet.h"

namespace divergence {

using Tail = Jet<Extended, 2, 4>;

template <int N>
Extended to_extended(const BigFloat<N>& a) {
    if (a.is_zero()) return Extended();
    const double value = double(scaled(a, -a.exponent));
    return Extended(value, a.exponent);
}
template <int N>
BigFloat<N> to_big(const Extended& a) {
    return BigFloat<N>::binary(a.value, a.value == 0 ? 0 : a.exponent);
}

// The arithmetic of tails. It is the same for any number of digits, and compiled once.
inline __attribute__((noinline)) Tail product(const Tail& a, const Tail& b) { return a * b; }
inline __attribute__((noinline)) Tail quotient(const Tail& a, const Tail& b) { return a / b; }
// What a function's value differs by, given its value at the constant and that of its derivative
// there, of a sine: f' = g, g' = -f.
inline __attribute__((noinline)) Tail sine_of_tail(Tail h, const Extended& sine,
                                                   const Extended& cosine) {
    h.c[0] = Extended();
    const Tail h2 = h * h;
    const Tail sine_h = h - Extended(1.0 / 6) * (h2 * h);
    const Tail versine_h = Extended(0.5) * h2 - Extended(1.0 / 24) * (h2 * h2);
    return cosine * sine_h - sine * versine_h;
}

template <int N>
struct Expansion {
    BigFloat<N> constant;
    Tail tail;  // the first of it is the constant, rounded

    Expansion() = default;
    explicit Expansion(const BigFloat<N>& constant)
        : constant(constant), tail(to_extended(constant)) {}
    Expansion(const BigFloat<N>& constant, const Tail& differs)
        : constant(constant), tail(differs) {
        tail.c[0] = to_extended(constant);
    }
    bool is_constant() const {
        for (int i = 1; i < Tail::count; ++i)
            if (tail.c[i].value != 0) return false;
        return true;
    }
    // The furthest that a number can be from the constant: the variables are at most 1/2.
    Extended spread() const {
        Extended sum;
        for (int i = 1; i < Tail::count; ++i)
            sum = sum + scaled(absolute(tail.c[i]), -Tail::monomials.degree[i]);
        return sum;
    }
};

template <int N>
struct Number<Expansion<N>> {
    using scalar = BigFloat<N>;
    using mask = bool;
    static constexpr int lanes = 1;
    static Expansion<N> broadcast(const BigFloat<N>& value) { return Expansion<N>(value); }
};

template <int N>
Expansion<N> operator+(const Expansion<N>& a, const Expansion<N>& b) {
    return {a.constant + b.constant, a.tail + b.tail};
}
template <int N>
Expansion<N> operator-(const Expansion<N>& a, const Expansion<N>& b) {
    return {a.constant - b.constant, a.tail - b.tail};
}
template <int N>
Expansion<N> operator-(const Expansion<N>& a) {
    return {-a.constant, -a.tail};
}
template <int N>
Expansion<N> operator*(const Expansion<N>& a, const Expansion<N>& b) {
    const BigFloat<N> constant = a.constant * b.constant;
    if (a.is_constant()) return {constant, a.tail.c[0] * b.tail};
    if (b.is_constant()) return {constant, b.tail.c[0] * a.tail};
    return {constant, product(a.tail, b.tail)};
}
template <int N>
Expansion<N> operator/(const Expansion<N>& a, const Expansion<N>& b) {
    const BigFloat<N> constant = a.constant / b.constant;  // which throws where b is 0
    return {constant, quotient(a.tail, b.tail)};
}
template <int N>
Expansion<N> fma(const Expansion<N>& a, const Expansion<N>& b, const Expansion<N>& c) {
    return a * b + c;
}
// With numbers that are the same for every start; a double means its shortest decimal.
template <int N>
Expansion<N> operator*(const BigFloat<N>& a, const Expansion<N>& b) {
    return Expansion<N>(a) * b;
}
template <int N>
Expansion<N> operator-(const Expansion<N>& a, const BigFloat<N>& b) {
    return {a.constant - b, a.tail};
}
template <int N>
Expansion<N> operator*(double a, const Expansion<N>& b) {
    return BigFloat<N>(a) * b;
}
template <int N>
Expansion<N> operator/(const Expansion<N>& a, double b) {
    return reciprocal(BigFloat<N>(b)) * a;
}
template <int N>
Expansion<N> sin(const Expansion<N>& a) {
    const BigSineCosine<N> at = sine_cosine(a.constant);
    return {at.sine, sine_of_tail(a.tail, to_extended(at.sine), to_extended(at.cosine))};
}
template <int N>
Expansion<N> cos(const Expansion<N>& a) {  // sin(a + quarter turn)
    const BigSineCosine<N> at = sine_cosine(a.constant);
    return {at.cosine, sine_of_tail(a.tail, to_extended(at.cosine), to_extended(-at.sine))};
}

// Comparisons say whether they hold for some of the starts, as far as the coefficients tell.
template <int N>
bool operator<(const Expansion<N>& a, const Expansion<N>& b) {
    return to_extended(a.constant - b.constant) < a.spread() + b.spread();
}
template <int N>
uint32_t below(const Expansion<N>& a, const Expansion<N>& b) {
    return a < b;
}
template <int N>
uint32_t exceeds(const Expansion<N>& a, const Expansion<N>& b) {
    return b < a;
}
// The least size for some start, where the sign is not the same for all.
template <int N>
Expansion<N> absolute(const Expansion<N>& a) {
    if (!(a.spread() < to_extended(absolute(a.constant)))) return Expansion<N>();
    return a.constant.negative ? -a : a;
}

}  // namespace divergence
