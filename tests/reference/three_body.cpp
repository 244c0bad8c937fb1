// The recurrence of row T1 as plainly as it can be written, in any arithmetic: positions and
// velocities of three bodies and of their twins, explicit Euler, every term as in the textbook.
// REAL is double, or __float128 (IEEE binary128) for the reference.

#include <cmath>

typedef REAL real;

static real square_root(real a) {
    real root = std::sqrt(static_cast<double>(a));
    for (int i = 0; i < 2 && root > 0; ++i) root = (root + a / root) / 2;  // Newton: 53, 106, ...
    return root;
}

struct Bodies {
    real position[3][3], velocity[3][3];
};

static void euler(Bodies& bodies, const real mass[3], real gravity, real dt) {
    real acceleration[3][3] = {};
    for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j) {
            if (i == j) continue;
            real separation[3], square = 0;
            for (int k = 0; k < 3; ++k) {
                separation[k] = bodies.position[j][k] - bodies.position[i][k];
                square += separation[k] * separation[k];
            }
            const real distance = square_root(square);
            for (int k = 0; k < 3; ++k)
                acceleration[i][k] +=
                    gravity * mass[j] * separation[k] / (distance * distance * distance);
        }
    for (int i = 0; i < 3; ++i)
        for (int k = 0; k < 3; ++k) {
            bodies.position[i][k] += dt * bodies.velocity[i][k];
            bodies.velocity[i][k] += dt * acceleration[i][k];
        }
}

static bool together(const Bodies& a, const Bodies& b, real critical_distance) {
    real square = 0;
    for (int k = 0; k < 3; ++k) {
        const real d = a.position[0][k] - b.position[0][k];
        square += d * d;
    }
    return square <= critical_distance * critical_distance;
}

// Steps until body 1 leaves its twin, for one start. positions, velocities: 9 numbers each, body
// by body; masses: 3.
extern "C" int divergence_time(const double* positions, const double* velocities,
                               const double* masses, double gravity, double dt, double shift,
                               double critical_distance, int max_steps) {
    Bodies bodies, twin;
    real mass[3];
    for (int i = 0; i < 3; ++i) {
        mass[i] = masses[i];
        for (int k = 0; k < 3; ++k) {
            bodies.position[i][k] = positions[3 * i + k];
            bodies.velocity[i][k] = velocities[3 * i + k];
        }
    }
    twin = bodies;
    for (int k = 0; k < 3; ++k) twin.position[0][k] += real(shift);
    int steps = 0;
    while (steps < max_steps && together(bodies, twin, critical_distance)) {
        euler(bodies, mass, gravity, dt);
        euler(twin, mass, gravity, dt);
        ++steps;
    }
    return steps;
}
