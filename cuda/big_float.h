// Floating-point numbers of 64 N bits, for the few orbits that must be followed in many digits.
//
// Sums err by less than a unit in the last place, products by little more, reciprocals and inverse
// roots by a few. A double stands for its shortest decimal: 0.1 is a tenth.
#pragma once

#include <charconv>
#include <cstdio>
#include <stdexcept>
#include <string>

#include "portability.h"

namespace divergence {

// sign * 0.digits * 2^exponent, where the highest bit of digit[N - 1] is set; or 0.
template <int N>
struct BigFloat {
    static constexpr int64_t zero_exponent = INT64_MIN / 4;
    uint64_t digit[N] = {};
    int64_t exponent = zero_exponent;
    bool negative = false;

    BigFloat() = default;
    BigFloat(double value) {
        if (std::fabs(value) < 0x1p53 && value == double(int64_t(value))) {
            *this = whole(uint64_t(std::fabs(value)));
            negative = value < 0;
            return;
        }
        char text[32];
        const auto end = std::to_chars(text, text + sizeof text - 1, value);
        *end.ptr = 0;
        *this = BigFloat(text);
    }
    explicit BigFloat(const char* decimal);
    explicit operator double() const;

    static BigFloat whole(uint64_t value) {
        BigFloat a;
        a.digit[N - 1] = value;
        a.exponent = 64;
        a.normalize(0);
        return a;
    }
    // value 2^shift, all its bits, not its shortest decimal.
    static BigFloat binary(double value, int64_t shift) {
        if (value == 0) return BigFloat();
        int power;
        const double mantissa = std::frexp(std::fabs(value), &power);
        BigFloat a = whole(uint64_t(std::ldexp(mantissa, 53)));
        a.exponent += power - 53 + shift;
        a.negative = value < 0;
        return a;
    }
    bool is_zero() const { return exponent == zero_exponent; }

    // Shifts the highest bit that is set to the top; `guard` are 64 bits more below the last digit.
    void normalize(uint64_t guard) {
        int top = N - 1;
        while (top >= 0 && digit[top] == 0) --top;
        if (top < 0 && guard == 0) {
            *this = BigFloat();
            return;
        }
        const uint64_t first = top < 0 ? guard : digit[top];
        const int words = N - 1 - top, bits = __builtin_clzll(first);
        const auto at = [&](int i) { return i >= 0 ? digit[i] : i == -1 ? guard : uint64_t(0); };
        for (int i = N - 1; i >= 0; --i) {
            const uint64_t high = at(i - words), low = at(i - words - 1);
            digit[i] = bits == 0 ? high : high << bits | low >> (64 - bits);
        }
        exponent -= 64 * words + bits;
    }

    // The same number in more digits or in fewer, of which it keeps the first.
    template <int M>
    BigFloat<M> rounded_to() const {
        BigFloat<M> a;
        for (int i = 1; i <= M && i <= N; ++i) a.digit[M - i] = digit[N - i];
        a.exponent = is_zero() ? BigFloat<M>::zero_exponent : exponent;
        a.negative = negative;
        return a;
    }
};

template <int N>
struct Number<BigFloat<N>> {
    using scalar = BigFloat<N>;
    using mask = bool;
    static constexpr int lanes = 1;
    static BigFloat<N> broadcast(const BigFloat<N>& value) { return value; }
};

template <int N>
BigFloat<N> operator-(BigFloat<N> a) {
    a.negative = !a.negative;
    return a;
}

// a 2^n.
template <int N>
BigFloat<N> scaled(BigFloat<N> a, int64_t n) {
    if (!a.is_zero()) a.exponent += n;
    return a;
}

// Whether |a| < |b|.
template <int N>
bool is_smaller(const BigFloat<N>& a, const BigFloat<N>& b) {
    if (a.exponent != b.exponent) return a.exponent < b.exponent;
    for (int i = N - 1; i >= 0; --i)
        if (a.digit[i] != b.digit[i]) return a.digit[i] < b.digit[i];
    return false;
}

template <int N>
BigFloat<N> operator+(const BigFloat<N>& a, const BigFloat<N>& b) {
    if (is_smaller(a, b)) return b + a;
    const int64_t shift = a.exponent - b.exponent;
    if (b.is_zero() || shift > 64 * N + 1) return a;
    const int words = int(shift / 64), bits = int(shift % 64);
    uint64_t small[N + 1];  // b on a's scale, with 64 bits more below
    const auto at = [&](int i) { return i >= 0 && i < N ? b.digit[i] : uint64_t(0); };
    for (int i = 0; i <= N; ++i) {
        const uint64_t high = at(i + words), low = at(i + words - 1);
        small[i] = bits == 0 ? low : high << (64 - bits) | low >> bits;
    }
    BigFloat<N> sum = a;
    if (a.negative == b.negative) {
        unsigned __int128 carry = 0;
        for (int i = 0; i < N; ++i) {
            carry += (unsigned __int128)(a.digit[i]) + small[i + 1];
            sum.digit[i] = uint64_t(carry);
            carry >>= 64;
        }
        if (carry != 0) {
            for (int i = 0; i < N; ++i)
                sum.digit[i] = sum.digit[i] >> 1 | (i + 1 < N ? sum.digit[i + 1] : 1) << 63;
            ++sum.exponent;
        }
        return sum;
    }
    const uint64_t guard = -small[0];
    uint64_t borrow = small[0] != 0;
    for (int i = 0; i < N; ++i) {
        const unsigned __int128 rest = (unsigned __int128)(a.digit[i]) - small[i + 1] - borrow;
        sum.digit[i] = uint64_t(rest);
        borrow = uint64_t(rest >> 64) & 1;
    }
    sum.normalize(guard);
    return sum;
}
template <int N>
BigFloat<N> operator-(const BigFloat<N>& a, const BigFloat<N>& b) {
    return a + -b;
}

// The products of digits that reach the last place but one are summed, the others left out.
template <int N>
BigFloat<N> operator*(const BigFloat<N>& a, const BigFloat<N>& b) {
    if (a.is_zero() || b.is_zero()) return BigFloat<N>();
    uint64_t sum[2 * N] = {};
    const auto add_row = [&](int i) {
        uint64_t carry = 0;
        for (int j = i < N - 2 ? N - 2 - i : 0; j < N; ++j) {
            const unsigned __int128 term =
                (unsigned __int128)(a.digit[i]) * b.digit[j] + sum[i + j] + carry;
            sum[i + j] = uint64_t(term);
            carry = uint64_t(term >> 64);
        }
        sum[i + N] = carry;
    };
    if constexpr (N <= 6) {
        UNROLL for (int i = 0; i < N; ++i) add_row(i);
    } else {
        for (int i = 0; i < N; ++i) add_row(i);
    }
    BigFloat<N> product;
    const int bits = sum[2 * N - 1] >> 63 == 0;  // to shift by, so that the highest is set
    for (int i = 0; i < N; ++i)
        product.digit[i] = sum[N + i] << bits | (sum[N + i - 1] >> 63 & uint64_t(bits));
    product.exponent = a.exponent + b.exponent - bits;
    product.negative = a.negative != b.negative;
    return product;
}
template <int N>
BigFloat<N> fma(const BigFloat<N>& a, const BigFloat<N>& b, const BigFloat<N>& c) {
    return a * b + c;
}

template <int N>
BigFloat<N>::operator double() const {
    if (is_zero()) return 0;
    uint64_t top = digit[N - 1], below = 0;
    for (int i = 0; i < N - 1; ++i) below |= digit[i];
    top |= below != 0;  // so that the conversion, to nearest, knows on which side of a tie it is
    const int64_t reach = exponent < -4000 ? -4000 : exponent > 4000 ? 4000 : exponent;
    const double value = std::ldexp(double(top), int(reach) - 64);
    return negative ? -value : value;
}

// The mantissa of a, in [1/2, 1).
template <int N>
double leading(const BigFloat<N>& a) {
    return std::ldexp(double(a.digit[N - 1] >> 11), -53);
}

// How many digits to start from for N: half of them, and enough for the errors of half of them.
constexpr int half_the_digits(int n) { return n <= 2 ? 1 : n / 2 + 1; }

// 1 / a, each step of Newton's method in twice as many digits as the one before.
template <int N>
BigFloat<N> reciprocal(const BigFloat<N>& a) {
    if (a.is_zero()) throw std::domain_error("a reference orbit divides by zero");
    const auto improve = [&](const BigFloat<N>& y) {
        return y + y * (BigFloat<N>::whole(1) - a * y);
    };
    if constexpr (N == 1) {
        const double rough = 1 / leading(a);  // in [1, 2]
        BigFloat<1> y;
        y.digit[0] = uint64_t(std::ldexp(rough, 61));
        y.exponent = 3 - a.exponent;
        y.negative = a.negative;
        y.normalize(0);
        return improve(y);
    } else {
        constexpr int half = half_the_digits(N);
        const BigFloat<N> y = reciprocal(a.template rounded_to<half>()).template rounded_to<N>();
        return improve(N == 2 ? improve(y) : y);
    }
}
template <int N>
BigFloat<N> operator/(const BigFloat<N>& a, const BigFloat<N>& b) {
    return a * reciprocal(b);
}

template <int N>
BigFloat<N> operator*(double a, const BigFloat<N>& b) {
    return BigFloat<N>(a) * b;
}
template <int N>
BigFloat<N> operator/(const BigFloat<N>& a, double b) {
    return a / BigFloat<N>(b);
}
template <int N>
BigFloat<N> absolute(BigFloat<N> a) {
    a.negative = false;
    return a;
}

// 1 / sqrt(a), likewise.
template <int N>
BigFloat<N> inverse_root(const BigFloat<N>& a) {
    if (a.is_zero() || a.negative)
        throw std::domain_error("a reference orbit takes a root of a number that is not positive");
    const auto improve = [&](const BigFloat<N>& y) {
        return y + scaled(y * (BigFloat<N>::whole(1) - a * y * y), -1);
    };
    if constexpr (N == 1) {
        const int64_t odd = a.exponent & 1;
        const double rough = 1 / std::sqrt(std::ldexp(leading(a), int(odd)));  // in [0.7, 1.5]
        BigFloat<1> y;
        y.digit[0] = uint64_t(std::ldexp(rough, 61));
        y.exponent = 3 - (a.exponent - odd) / 2;
        y.normalize(0);
        return improve(y);
    } else {
        constexpr int half = half_the_digits(N);
        const BigFloat<N> y = inverse_root(a.template rounded_to<half>()).template rounded_to<N>();
        return improve(N == 2 ? improve(y) : y);
    }
}
template <int N>
BigFloat<N> sqrt(const BigFloat<N>& a) {
    return a.is_zero() ? a : a * inverse_root(a);
}

template <int N>
bool operator<(const BigFloat<N>& a, const BigFloat<N>& b) {
    const BigFloat<N> less = a - b;
    return less.negative && !less.is_zero();
}
template <int N>
bool operator>(const BigFloat<N>& a, const BigFloat<N>& b) {
    return b < a;
}
template <int N>
bool operator<=(const BigFloat<N>& a, const BigFloat<N>& b) {
    return !(b < a);
}
template <int N>
bool operator==(const BigFloat<N>& a, double b) {
    return (a - BigFloat<N>(b)).is_zero();
}
template <int N>
uint32_t exceeds(const BigFloat<N>& a, const BigFloat<N>& b) {
    return b < a;
}
template <int N>
uint32_t below(const BigFloat<N>& a, const BigFloat<N>& b) {
    return a < b;
}

// Reads a text such as "-12.5e-30". Errs by a unit in the last place for each power of ten.
template <int N>
BigFloat<N> read_decimal(const char* at) {
    const bool minus = *at == '-';
    if (minus || *at == '+') ++at;
    const BigFloat<N> ten = BigFloat<N>::whole(10);
    BigFloat<N> value;
    int64_t power = 0;
    bool point = false;
    for (; (*at >= '0' && *at <= '9') || (*at == '.' && !point); ++at) {
        if (*at == '.') {
            point = true;
            continue;
        }
        value = value * ten + BigFloat<N>::whole(uint64_t(*at - '0'));
        power -= point;
    }
    if (*at == 'e' || *at == 'E') power += strtoll(at + 1, nullptr, 10);
    BigFloat<N> factor = BigFloat<N>::whole(1), square = ten;
    for (uint64_t n = uint64_t(power < 0 ? -power : power); n != 0; n /= 2) {
        if (n % 2 == 1) factor = factor * square;
        square = square * square;
    }
    value = power < 0 ? value / factor : value * factor;
    value.negative = minus;
    return value;
}
// To nearest, so that "1.0" is 1.
template <int N>
BigFloat<N>::BigFloat(const char* decimal) {
    const BigFloat<N + 1> read = read_decimal<N + 1>(decimal);
    *this = read.template rounded_to<N>();
    if (read.digit[0] >> 63 == 0) return;
    BigFloat last;
    last.digit[N - 1] = uint64_t(1) << 63;
    last.exponent = exponent - 64 * N + 1;
    last.negative = negative;
    *this = *this + last;
}

}  // namespace divergence
