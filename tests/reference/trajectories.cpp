// Three bodies and their twins by Gragg-Bulirsch-Stoer extrapolation, in any arithmetic: another
// method than the Taylor series of the kernels, and no difference variables. REAL is double, long
// double or __float128.

#include <cmath>

typedef REAL real;

static real absolute(real a) { return a < 0 ? -a : a; }

static real square_root(real a) {
    real root = std::sqrt(static_cast<double>(a));
    for (int i = 0; i < 2 && root > 0; ++i) root = (root + a / root) / 2;  // Newton: 53, 106, ...
    return root;
}

// Bodies 0 to 2 and their twins 3 to 5: positions, then velocities.
struct State {
    real value[36];
};

struct System {
    real mass[3], gravity;
    int bodies;  // 3, or 6 with twins

    State rate(const State& s) const {
        State rate = {};
        for (int i = 0; i < bodies; ++i)
            for (int k = 0; k < 3; ++k) rate.value[3 * i + k] = s.value[18 + 3 * i + k];
        for (int i = 0; i < bodies; ++i)
            for (int j = i + 1; j < (i < 3 ? 3 : 6); ++j) {
                real apart[3], square = 0;
                for (int k = 0; k < 3; ++k) {
                    apart[k] = s.value[3 * j + k] - s.value[3 * i + k];
                    square += apart[k] * apart[k];
                }
                const real pull = gravity / (square * square_root(square));
                for (int k = 0; k < 3; ++k) {
                    rate.value[18 + 3 * i + k] += pull * mass[j % 3] * apart[k];
                    rate.value[18 + 3 * j + k] -= pull * mass[i % 3] * apart[k];
                }
            }
        return rate;
    }
};

static State moved(const State& s, real h, const State& rate) {
    State sum;
    for (int i = 0; i < 36; ++i) sum.value[i] = s.value[i] + h * rate.value[i];
    return sum;
}

// One step of length h: midpoint rules of 2, 4, ... substeps, extrapolated; and its error, relative to
// what is over 1.
static State step(const System& system, const State& s, real h, int columns, real& error) {
    State table[16];
    const State first_rate = system.rate(s);
    for (int row = 0; row < columns; ++row) {
        const int count = 2 * (row + 1);
        State before = s, now = moved(s, h / count, first_rate);
        for (int i = 1; i < count; ++i) {
            const State next = moved(before, 2 * h / count, system.rate(now));
            before = now;
            now = next;
        }
        State carry = now;
        for (int column = 0; column <= row; ++column) {
            const State old = table[column];
            table[column] = carry;
            if (column == row) break;
            const real ratio = real(count) / (2 * (row - column));
            for (int i = 0; i < 36; ++i)
                carry.value[i] += (carry.value[i] - old.value[i]) / (ratio * ratio - 1);
        }
    }
    error = 0;
    for (int i = 0; i < 36; ++i) {
        const real value = table[columns - 1].value[i];
        const real e = absolute(value - table[columns - 2].value[i]) / (1 + absolute(value));
        if (!(e <= error)) error = e;
    }
    return table[columns - 1];
}

static real distance(const State& s) {
    real square = 0;
    for (int k = 0; k < 3; ++k)
        square += (s.value[9 + k] - s.value[k]) * (s.value[9 + k] - s.value[k]);
    return square_root(square);
}

// Takes 36 numbers (positions of three bodies and their twins, then velocities) through time, and
// returns the moment at which the bodies 0 are `critical` apart: -1 where they never are. bodies: 3
// leaves the twins out. columns: half the order.
extern "C" double integrate(double* values, const double* masses, double gravity, int bodies,
                            double time, double critical, double tolerance, int columns) {
    System system = {{masses[0], masses[1], masses[2]}, gravity, bodies};
    State s;
    for (int i = 0; i < 36; ++i) s.value[i] = values[i];
    real t = 0, h = 0.01;
    double found = -1;
    while (t < time) {
        if (h > time - t) h = time - t;
        real error, ignored;
        const State next = step(system, s, h, columns, error);
        const double share = static_cast<double>(error) / tolerance;
        const double factor = 0.8 * std::pow(share + 1e-30, -1.0 / (2 * columns - 1));
        if (!(share <= 1)) {
            h *= share == share ? std::fmax(factor, 0.1) : 0.1;
            continue;
        }
        // A twentieth of a step at a time where it may be, then by halves.
        if (bodies == 6 && (distance(s) > critical / 4 || distance(next) > critical)) {
            real low = 0, high = 0;
            for (int i = 1; i <= 20 && high == 0; ++i) {
                const real here = h * i / 20;
                if (distance(step(system, s, here, columns, ignored)) > critical)
                    high = here;
                else
                    low = here;
            }
            for (int i = 0; i < 45 && high > 0; ++i) {
                const real middle = (low + high) / 2;
                if (distance(step(system, s, middle, columns, ignored)) > critical)
                    high = middle;
                else
                    low = middle;
            }
            if (high > 0) {
                found = static_cast<double>(t + high);
                break;
            }
        }
        s = next;
        t += h;
        h *= std::fmin(std::fmax(factor, 1.0), 4.0);
    }
    for (int i = 0; i < 36; ++i) values[i] = static_cast<double>(s.value[i]);
    return found;
}
