// A Turing machine's tape of two symbols as seen from its head: the half to the left of it, and the
// half that begins with the cell under it.
//
// A half is a stack of bits. The nearest, at most 53, are a binary fraction, the nearest cell
// first, so that to push and to pop a bit is to halve and to double, without an error. The cells
// further off lie in words of 26 bits, which move up and down when the fraction is full or empty.
// What goes beyond the last word is dropped, and if it was not blank the tape has been left.
#pragma once

#include "engine.h"
#include "fields.h"

namespace divergence {

template <class R, int words>
struct HalfTape {
    static constexpr int bits_of_word = 26, most = 53, kept = most - bits_of_word;
    static constexpr double word = 1 << bits_of_word, keep = 1 << kept;

    R near, count;  // the fraction, and how many of its bits are cells that it holds
    R far[words];   // fractions of 26 bits, the nearest first
    FIELDS(near, count, far)

    // The first 52 bits of a number from 0 to 1.
    static HOST_DEVICE ALWAYS_INLINE HalfTape of(R fraction) {
        const R one = broadcast<R>(0x1p52);
        HalfTape half{};
        half.near = floor(fraction * one) * broadcast<R>(0x1p-52);
        half.count = broadcast<R>(52);
        return half;
    }
    HOST_DEVICE ALWAYS_INLINE R first() const {
        return select<R>(near >= broadcast<R>(0.5), broadcast<R>(1), R{});
    }
    // Makes room in a full fraction, and fills an empty one; `lost` becomes 1 where a cell that is
    // not blank goes beyond the last word.
    HOST_DEVICE ALWAYS_INLINE void settle(R& lost) {
        const auto full = count >= broadcast<R>(most), empty = count == R{};
        if (UNLIKELY(any(full))) {
            lost = select<R>(full & (far[words - 1] != R{}), broadcast<R>(1), lost);
            UNROLL for (int k = words - 1; k > 0; --k) far[k] = select<R>(full, far[k - 1], far[k]);
            const R kept_bits = floor(near * broadcast<R>(keep)) * broadcast<R>(1 / keep);
            far[0] = select<R>(full, (near - kept_bits) * broadcast<R>(keep), far[0]);
            near = select<R>(full, kept_bits, near);
            count = select<R>(full, broadcast<R>(kept), count);
        }
        if (UNLIKELY(any(empty))) {
            near = select<R>(empty, far[0], near);
            count = select<R>(empty, broadcast<R>(bits_of_word), count);
            UNROLL for (int k = 0; k < words - 1; ++k) far[k] =
                select<R>(empty, far[k + 1], far[k]);
            far[words - 1] = select<R>(empty, R{}, far[words - 1]);
        }
    }
};

template <class R, int words>
struct Tape {
    HalfTape<R, words> left, right;
    R lost;  // 1 where the machine has left the tape
    FIELDS(left, right, lost)

    HOST_DEVICE ALWAYS_INLINE R read() const { return right.first(); }

    // Writes a symbol where `symbol` was read, and goes to the right or to the left.
    HOST_DEVICE ALWAYS_INLINE void move(R symbol, R written, Mask<R> to_right) {
        const R half = broadcast<R>(0.5), one = broadcast<R>(1);
        const R behind = right.near + right.near - symbol, beside = left.first();
        const R right_of_left = ((behind + written) * half + beside) * half;
        const R left_of_right = (left.near + written) * half;
        right.near = select<R>(to_right, behind, right_of_left);
        left.near = select<R>(to_right, left_of_right, left.near + left.near - beside);
        const R change = select<R>(to_right, one, -one);
        left.count = left.count + change;
        right.count = right.count - change;
        left.settle(lost);
        right.settle(lost);
    }
};

// An entry of a machine's table as a number: 4 next + 2 write + (1 if right).
template <class R>
struct Instruction {
    R next, write;
    Mask<R> to_right;

    static HOST_DEVICE ALWAYS_INLINE Instruction of(R digit) {
        const R one = broadcast<R>(1), two = broadcast<R>(2);
        const R next = floor(digit * broadcast<R>(0.25)), rest = digit - next * broadcast<R>(4);
        const R write = select<R>(rest >= two, one, R{});
        return {next, write, rest - write - write >= one};
    }
};

}  // namespace divergence
