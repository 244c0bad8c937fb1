// Vectors in space, of any number type.
#pragma once

#include "fields.h"

namespace divergence {

template <class R>
struct Vector {
    R x, y, z;
};
template <class R>
struct Member<Vector<R>> : Member<R[3]> {};

template <class R>
HOST_DEVICE ALWAYS_INLINE Vector<R> operator+(const Vector<R>& a, const Vector<R>& b) {
    return {a.x + b.x, a.y + b.y, a.z + b.z};
}
template <class R>
HOST_DEVICE ALWAYS_INLINE Vector<R> operator-(const Vector<R>& a, const Vector<R>& b) {
    return {a.x - b.x, a.y - b.y, a.z - b.z};
}
template <class R>
HOST_DEVICE ALWAYS_INLINE Vector<R> operator*(R s, const Vector<R>& a) {
    return {s * a.x, s * a.y, s * a.z};
}
template <class R>
HOST_DEVICE ALWAYS_INLINE R dot(const Vector<R>& a, const Vector<R>& b) {
    return fma(a.x, b.x, fma(a.y, b.y, a.z * b.z));
}
// s a + b, rounded once in each component.
template <class R>
HOST_DEVICE ALWAYS_INLINE Vector<R> fma(R s, const Vector<R>& a, const Vector<R>& b) {
    return {fma(s, a.x, b.x), fma(s, a.y, b.y), fma(s, a.z, b.z)};
}

}  // namespace divergence
