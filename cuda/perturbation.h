// The Mandelbrot set and its relatives at any depth: z' = z^d + c from 0, for many c close to one C
// whose orbit is known in many digits. An orbit is followed by what it differs by from the
// reference. Where it is closer to 0 than to the reference it is compared with the reference's
// start instead, which is 0 as well ("rebasing"): so nothing cancels, however the two part.
#pragma once

#include "escape.h"
#include "jumps.h"
#include "reference_job.h"

namespace divergence {

// When an orbit has escaped: |offset + scale z| > radius.
struct Escape {
    double offset[2], scale[2], radius;
    FIELDS(offset, scale, radius)

    template <class R>
    Complex<R> place(const Complex<R>& z) const {
        return Complex<R>{R(offset[0]), R(offset[1])} + scaled(z);
    }
    template <class R>
    Complex<R> scaled(const Complex<R>& z) const {
        return Complex<R>{R(scale[0]), R(scale[1])} * z;
    }
};

// What Python asks for: the reference. Every buffer is the caller's.
struct OrbitReferenceJob {
    const char *re, *im;  // of C, decimal
    int64_t bits;         // of its numbers
    int64_t degree;
    int64_t max_steps;
    Escape escape;       // where the reference ends
    double* points;      // [max_steps + 1][2] out: Z_n, in units of 2^exponents[n]
    int32_t* exponents;  // [max_steps + 1] out
    double* margins;     // [max_steps + 1] out: |offset + scale Z_n|^2 - radius^2
    int64_t* count;      // out: how many there are
    FIELDS(re, im, bits, degree, max_steps, escape, points, exponents, margins, count)
};

// What Python asks for: times of pixels.
struct PerturbationJob {
    const double* points;  // the reference, as above
    const int32_t* exponents;
    const double* margins;
    int64_t reference_count;
    const double *u, *v;  // [count] c - C in units
    int64_t count;
    double unit;  // unit 2^unit_exponent is the unit
    int64_t unit_exponent;
    int64_t degree;
    int64_t max_steps;
    Escape escape;
    double center[2];   // of the window
    int32_t* times;     // [count] out
    double* fractions;  // [count] out, may be null
    int64_t threads;
    FIELDS(points, exponents, margins, reference_count, u, v, count, unit, unit_exponent, degree,
           max_steps, escape, center, times, fractions, threads)
};

template <int N>
void follow_orbit(const OrbitReferenceJob& job, const GoOn& go_on) {
    using R = BigFloat<N>;
    const Complex<R> c{R(job.re), R(job.im)};
    Complex<R> z{};
    for (int64_t n = 0; n <= job.max_steps; ++n) {
        if (n % 1024 == 0 && !go_on(n, n)) return;
        const int64_t top = std::max(z.re.exponent, z.im.exponent);
        const int64_t exponent = top < -400 && top > R::zero_exponent ? top : 0;
        const Complex<double> near{double(scaled(z.re, -exponent)),
                                   double(scaled(z.im, -exponent))};
        job.points[2 * n] = near.re;
        job.points[2 * n + 1] = near.im;
        job.exponents[n] = int32_t(exponent);
        const R radius(job.escape.radius);
        job.margins[n] = double(squared_length(job.escape.place(z)) - radius * radius);
        *job.count = n + 1;
        if (job.margins[n] > 0) return;
        if (job.degree == 2) {
            const R both = z.re * z.im;
            z = {z.re * z.re - z.im * z.im + c.re, both + both + c.im};
        } else {
            z = power(z, uint32_t(job.degree)) + c;
        }
    }
}

// The times of pixels, in doubles as long as these reach, and in extended numbers else.
class Perturbation {
public:
    // The fraction of a step to add to the time of pixel i, which has escaped to z.
    using Fraction = std::function<double(const Complex<double>& z, int64_t i)>;

    Perturbation(const PerturbationJob& job, Fraction fraction)
        : job(job), fraction(std::move(fraction)), unit(job.unit, job.unit_exponent) {
        double farthest = 0;
        for (int64_t i = 0; i < job.count; ++i)
            farthest = std::max(farthest, job.u[i] * job.u[i] + job.v[i] * job.v[i]);
        farthest = std::sqrt(farthest);
        const bool is_small = unit.exponent < -240;
        for (int64_t n = 0; n < job.reference_count; ++n) {
            const Extended re(job.points[2 * n], job.exponents[n]),
                im(job.points[2 * n + 1], job.exponents[n]);
            orbit.push_back({double(re), double(im)});
            if (is_small) small_orbit.push_back({re, im});
        }
        const auto most = [&](int64_t m) { return farthest_e(m); };
        if (is_small) {
            small_jumps = {small_orbit, job.degree, unit, Extended(farthest), most};
            jumps = Jumps<double>(small_jumps);
        } else {
            jumps = {orbit, job.degree, double(unit), farthest, most};
        }
    }

    // Finds the time of pixel i; returns the steps that were taken, one or many at a time.
    int64_t find(int64_t i) const {
        Pixel pixel{{job.u[i], job.v[i]}};
        Complex<double> e{};
        Complex<Extended> small{};
        bool going = small_orbit.empty() || advance(small_orbit, small_jumps, pixel, small);
        while (going) {
            e = {double(small.re), double(small.im)};
            if (!advance(orbit, jumps, pixel, e)) break;
            small = {Extended(e.re), Extended(e.im)};
            going = advance(small_orbit, small_jumps, pixel, small);
        }
        job.times[i] = int32_t(pixel.escaped ? pixel.n - 1 : job.max_steps);
        if (job.fractions) job.fractions[i] = pixel.escaped ? fraction(pixel.z, i) : 0;
        return pixel.taken;
    }

private:
    static constexpr int least_exponent =
        -480;  // in doubles, of e, so that squares are exact enough

    struct Pixel {
        Complex<double> k;     // c - C in units
        int64_t n = 0, m = 0;  // steps taken; the point of the reference that it is compared with
        Complex<double> z{};
        bool escaped = false;
        int64_t taken = 0;
    };

    // Whether e is of a size for numbers of type R.
    static bool fits(const Complex<double>& e) { return squared_length(e) > 0x1p-600; }
    static bool fits(const Complex<Extended>& e) {
        return std::max(e.re.exponent, e.im.exponent) < least_exponent + 20;
    }

    // Goes on until the pixel has ended (false), or e is no longer of a size for R (true).
    template <class R>
    bool advance(const Orbit<R>& reference, const Jumps<R>& jumps, Pixel& pixel,
                 Complex<R>& e) const {
        const int64_t last = int64_t(reference.size()) - 1;
        const bool may_leave = !small_orbit.empty();
        const Complex<R> k{R(pixel.k.re), R(pixel.k.im)}, far = R(unit) * k;
        while (pixel.n < job.max_steps) {
            int64_t length = 1;
            const int64_t most = std::min(job.max_steps - pixel.n, last - pixel.m);
            if (const auto* jump = jumps.find(pixel.m, squared_length(e), most, length))
                e = (*jump)(e, k);
            else
                e = power_difference(reference[size_t(pixel.m)], e, job.degree) + far;
            pixel.m += length;
            pixel.n += length;
            ++pixel.taken;
            const Complex<R> sum = reference[size_t(pixel.m)] + e;
            pixel.z = {double(sum.re), double(sum.im)};
            pixel.escaped = escapes(reference[size_t(pixel.m)], e, pixel.m);
            if (pixel.escaped) return false;
            if (pixel.m == last || squared_length(sum) < squared_length(e)) {
                e = sum;
                pixel.m = 0;
            }
            if (may_leave && !fits(e)) return true;
        }
        return false;
    }

    // The |e| from Z_m up to which it is sure that nobody has escaped there: |P + f| <= radius.
    double farthest_e(int64_t m) const {
        const double scale = std::sqrt(job.escape.scale[0] * job.escape.scale[0] +
                                       job.escape.scale[1] * job.escape.scale[1]);
        return -job.margins[m] / (4 * job.escape.radius * scale);
    }
    // |P + f|^2 - radius^2 = (|P|^2 - radius^2) + Re((2 P + f) conj f), where nothing is lost.
    template <class R>
    bool escapes(const Complex<R>& z, const Complex<R>& e, int64_t m) const {
        const Complex<R> p = job.escape.place(z), f = job.escape.scaled(e), both = p + p + f;
        const R more = both.re * f.re + both.im * f.im;
        return exceeds(R(job.margins[m]) + more, R(0.0));
    }

    const PerturbationJob job;
    const Fraction fraction;
    const Extended unit;
    Orbit<double> orbit;
    Orbit<Extended> small_orbit;  // where doubles do not reach
    Jumps<double> jumps;
    Jumps<Extended> small_jumps;
};

}  // namespace divergence
