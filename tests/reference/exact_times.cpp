// Times of three bodies by the textbook's formula in 192 bits, both trajectories stepped by
// themselves: reads lines of "x y shift limit", decimal, and writes each with its time.
//
//     g++ -std=c++17 -O2 -march=native -Icuda tests/reference/exact_times.cpp -o exact_times

#include <algorithm>
#include <iostream>

#include "big_float.h"

namespace {

using Real = divergence::BigFloat<3>;
constexpr int masses[3] = {10, 20, 30};

struct Bodies {
    Real position[3][3], velocity[3][3];

    Bodies(const Real& x, const Real& y, const Real& shift) {
        const char* others[2][3] = {{"0", "0", "0"}, {"10", "10", "12"}};
        const char* velocities[3][3] = {{"-3", "0", "0"}, {"0", "0", "0"}, {"3", "0", "0"}};
        for (int k = 0; k < 3; ++k) {
            const Real first[3] = {x, y, Real("-11")};
            position[0][k] = first[k] + shift;
            for (int i = 0; i < 2; ++i) position[i + 1][k] = Real(others[i][k]);
            for (int i = 0; i < 3; ++i) velocity[i][k] = Real(velocities[i][k]);
        }
    }
    void step(const Real& dt, const Real& gravity) {
        Real acceleration[3][3];
        for (int i = 0; i < 3; ++i)
            for (int j = 0; j < i; ++j) {
                Real apart[3], square;
                for (int k = 0; k < 3; ++k) {
                    apart[k] = position[j][k] - position[i][k];
                    square = square + apart[k] * apart[k];
                }
                const Real inverse = inverse_root(square);
                const Real pull = gravity * inverse * inverse * inverse;
                for (int k = 0; k < 3; ++k) {
                    const Real part = pull * apart[k];
                    acceleration[i][k] = acceleration[i][k] + Real::whole(masses[j]) * part;
                    acceleration[j][k] = acceleration[j][k] - Real::whole(masses[i]) * part;
                }
            }
        for (int i = 0; i < 3; ++i)
            for (int k = 0; k < 3; ++k) {
                position[i][k] = position[i][k] + dt * velocity[i][k];
                velocity[i][k] = velocity[i][k] + dt * acceleration[i][k];
            }
    }
};

int time(Bodies one, Bodies twin, int limit) {
    const Real dt("0.001"), gravity("9.8"), critical("0.25");
    for (int n = 0; n < limit; ++n) {
        Real square;
        for (int k = 0; k < 3; ++k) {
            const Real apart = one.position[0][k] - twin.position[0][k];
            square = square + apart * apart;
        }
        if (critical < square) return n;
        one.step(dt, gravity);
        twin.step(dt, gravity);
    }
    return limit;
}

}  // namespace

int main() {
    std::string x, y, shift;
    int limit;
    while (std::cin >> x >> y >> shift >> limit) {
        const Real a(x.c_str()), b(y.c_str());
        const int found = time(Bodies(a, b, Real()), Bodies(a, b, Real(shift.c_str())), limit);
        std::cout << x << ' ' << y << ' ' << shift << ' ' << limit << ' ' << found << std::endl;
    }
}
