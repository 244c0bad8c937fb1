// Every map in C: its parameters, and the functions that take them; job.h has the rest. Written by
// tests/c_header.py from what the libraries tell of themselves. examples/ shows how to use it.
//
// A map's functions are in the library of its family, build/libFAMILY.cpu.so or .cuda.so.
#pragma once

#include "job.h"
#undef FIELDS

#ifdef __cplusplus
extern "C" {
#endif

// MAP_times finds how many steps each of `count` points (x, y) takes until it stops, or max_steps,
// 1 to 2^31 - 1, and returns when all are known. MAP_submit begins the same in the background, on
// any device, and tells more of them (see job.h). MAP_follow fills states[count][variables] with
// one point's at every `every`-th step, from now[variables] on or, unless `resume`, from its start.
// MAP_state and MAP_parameters name the numbers of a state and the members of the struct.
#define DIVERGENCE_MAP(MAP)                                                            \
    int MAP##_times(const MAP* map, const double* x, const double* y, int64_t count,   \
                    int64_t max_steps, int32_t* times);                                \
    int MAP##_submit(const MAP* map, const divergence_job* job, int64_t* ticket);      \
    int MAP##_follow(const MAP* map, double x, double y, int64_t every, int64_t count, \
                     double* states, double* now, int64_t resume);                     \
    int MAP##_state(const MAP* map, const char** fields, int64_t* variables);          \
    const char* MAP##_parameters(void);
#define DIVERGENCE_ORBITS(MAP)                                                          \
    int MAP##_submit(const MAP* map, const divergence_orbit_job* job, int64_t* ticket); \
    const char* MAP##_parameters(void);

// libdescent

typedef struct divergence_complex_newton_descent {
    double tolerance;
    double bound;
} divergence_complex_newton_descent;
DIVERGENCE_MAP(divergence_complex_newton_descent)

typedef struct divergence_gradient_descent {
    double eta;
    double tolerance;
    double bound;
} divergence_gradient_descent;
DIVERGENCE_MAP(divergence_gradient_descent)

typedef struct divergence_gradient_norm_descent {
    double eta;
    double tolerance;
    double bound;
} divergence_gradient_norm_descent;
DIVERGENCE_MAP(divergence_gradient_norm_descent)

typedef struct divergence_newton_descent {
    double tolerance;
    double bound;
} divergence_newton_descent;
DIVERGENCE_MAP(divergence_newton_descent)

// libescape

typedef struct divergence_julia {
    double a[2];
    double exponent[2];
    double radius;
} divergence_julia;
DIVERGENCE_MAP(divergence_julia)

typedef struct divergence_logistic_r {
    double z0[2];
    double radius;
} divergence_logistic_r;
DIVERGENCE_MAP(divergence_logistic_r)

typedef struct divergence_logistic_z {
    double r[2];
    double radius;
} divergence_logistic_z;
DIVERGENCE_MAP(divergence_logistic_z)

typedef struct divergence_mandelbrot {
    double exponent[2];
    double z0[2];
    double b[2];
    double radius;
    int64_t from_a;
} divergence_mandelbrot;
DIVERGENCE_MAP(divergence_mandelbrot)

// libhalting

typedef struct divergence_turing_machines {
    double states;
    double base;
    double powers[6];
} divergence_turing_machines;
DIVERGENCE_MAP(divergence_turing_machines)

typedef struct divergence_turing_tapes {
    double states;
    double table[32];
} divergence_turing_tapes;
DIVERGENCE_MAP(divergence_turing_tapes)

// libplanar

typedef struct divergence_clifford {
    double a;
    double b;
    double c;
    double d;
    double dt;
    double radius;
} divergence_clifford;
DIVERGENCE_MAP(divergence_clifford)
typedef struct divergence_clifford_orbits {
    double a;
    double b;
    double c;
    double d;
    double dt;
} divergence_clifford_orbits;
DIVERGENCE_ORBITS(divergence_clifford_orbits)

typedef struct divergence_clifford_basin {
    double a;
    double b;
    double c;
    double d;
    double dt;
    double center[2];
    double radius;
} divergence_clifford_basin;
DIVERGENCE_MAP(divergence_clifford_basin)

typedef struct divergence_clifford_twins {
    double a;
    double b;
    double c;
    double d;
    double dt;
    double shift;
    double critical_distance;
} divergence_clifford_twins;
DIVERGENCE_MAP(divergence_clifford_twins)

typedef struct divergence_grid_map {
    double a;
    double b;
    double dt;
    double radius;
} divergence_grid_map;
DIVERGENCE_MAP(divergence_grid_map)
typedef struct divergence_grid_map_orbits {
    double a;
    double b;
    double dt;
} divergence_grid_map_orbits;
DIVERGENCE_ORBITS(divergence_grid_map_orbits)

typedef struct divergence_grid_map_twins {
    double a;
    double b;
    double dt;
    double shift;
    double critical_distance;
} divergence_grid_map_twins;
DIVERGENCE_MAP(divergence_grid_map_twins)

typedef struct divergence_henon {
    double a;
    double b;
    double dt;
    double radius;
} divergence_henon;
DIVERGENCE_MAP(divergence_henon)
typedef struct divergence_henon_orbits {
    double a;
    double b;
    double dt;
} divergence_henon_orbits;
DIVERGENCE_ORBITS(divergence_henon_orbits)

typedef struct divergence_henon_twins {
    double a;
    double b;
    double dt;
    double shift;
    double critical_distance;
} divergence_henon_twins;
DIVERGENCE_MAP(divergence_henon_twins)

typedef struct divergence_ikeda {
    double u;
    double a;
    double b;
    double dt;
    double radius;
} divergence_ikeda;
DIVERGENCE_MAP(divergence_ikeda)
typedef struct divergence_ikeda_orbits {
    double u;
    double a;
    double b;
    double dt;
} divergence_ikeda_orbits;
DIVERGENCE_ORBITS(divergence_ikeda_orbits)

typedef struct divergence_ikeda_twins {
    double u;
    double a;
    double b;
    double dt;
    double shift;
    double critical_distance;
} divergence_ikeda_twins;
DIVERGENCE_MAP(divergence_ikeda_twins)

typedef struct divergence_information_map {
    double a;
    double dt;
    double radius;
} divergence_information_map;
DIVERGENCE_MAP(divergence_information_map)
typedef struct divergence_information_map_orbits {
    double a;
    double dt;
} divergence_information_map_orbits;
DIVERGENCE_ORBITS(divergence_information_map_orbits)

typedef struct divergence_information_map_twins {
    double a;
    double dt;
    double shift;
    double critical_distance;
} divergence_information_map_twins;
DIVERGENCE_MAP(divergence_information_map_twins)

typedef struct divergence_linear_swirl {
    double a;
    double b;
    double dt;
    double radius;
} divergence_linear_swirl;
DIVERGENCE_MAP(divergence_linear_swirl)
typedef struct divergence_linear_swirl_orbits {
    double a;
    double b;
    double dt;
} divergence_linear_swirl_orbits;
DIVERGENCE_ORBITS(divergence_linear_swirl_orbits)

typedef struct divergence_linear_swirl_twins {
    double a;
    double b;
    double dt;
    double shift;
    double critical_distance;
} divergence_linear_swirl_twins;
DIVERGENCE_MAP(divergence_linear_swirl_twins)

typedef struct divergence_logistic_map {
    double r;
    double dt;
    double radius;
} divergence_logistic_map;
DIVERGENCE_MAP(divergence_logistic_map)
typedef struct divergence_logistic_map_orbits {
    double r;
    double dt;
} divergence_logistic_map_orbits;
DIVERGENCE_ORBITS(divergence_logistic_map_orbits)

typedef struct divergence_logistic_map_twins {
    double r;
    double dt;
    double shift;
    double critical_distance;
} divergence_logistic_map_twins;
DIVERGENCE_MAP(divergence_logistic_map_twins)

typedef struct divergence_pendulum {
    double a;
    double b;
    double dt;
    double radius;
} divergence_pendulum;
DIVERGENCE_MAP(divergence_pendulum)
typedef struct divergence_pendulum_orbits {
    double a;
    double b;
    double dt;
} divergence_pendulum_orbits;
DIVERGENCE_ORBITS(divergence_pendulum_orbits)

typedef struct divergence_pendulum_twins {
    double a;
    double b;
    double dt;
    double shift;
    double critical_distance;
} divergence_pendulum_twins;
DIVERGENCE_MAP(divergence_pendulum_twins)

typedef struct divergence_quadratic_map {
    double c;
    double dt;
    double radius;
} divergence_quadratic_map;
DIVERGENCE_MAP(divergence_quadratic_map)
typedef struct divergence_quadratic_map_orbits {
    double c;
    double dt;
} divergence_quadratic_map_orbits;
DIVERGENCE_ORBITS(divergence_quadratic_map_orbits)

typedef struct divergence_quadratic_map_twins {
    double c;
    double dt;
    double shift;
    double critical_distance;
} divergence_quadratic_map_twins;
DIVERGENCE_MAP(divergence_quadratic_map_twins)

typedef struct divergence_reversed_henon {
    double a;
    double b;
    double dt;
    double radius;
} divergence_reversed_henon;
DIVERGENCE_MAP(divergence_reversed_henon)
typedef struct divergence_reversed_henon_orbits {
    double a;
    double b;
    double dt;
} divergence_reversed_henon_orbits;
DIVERGENCE_ORBITS(divergence_reversed_henon_orbits)

typedef struct divergence_reversed_henon_twins {
    double a;
    double b;
    double dt;
    double shift;
    double critical_distance;
} divergence_reversed_henon_twins;
DIVERGENCE_MAP(divergence_reversed_henon_twins)

// libroots

typedef struct divergence_halley {
    double coefficients[32];
    double exponents[32];
    int64_t terms;
    double tolerance;
    double roots[128];
    double reach;
    double multiplicities[64];
    double blurs[64];
    int64_t root_count;
} divergence_halley;
DIVERGENCE_MAP(divergence_halley)

typedef struct divergence_newton {
    double coefficients[32];
    double exponents[32];
    int64_t terms;
    double tolerance;
    double roots[128];
    double reach;
    double multiplicities[64];
    double blurs[64];
    int64_t root_count;
} divergence_newton;
DIVERGENCE_MAP(divergence_newton)

typedef struct divergence_newton_cycle {
    double coefficients[32];
    double exponents[32];
    int64_t terms;
    double tolerance;
    double roots[128];
    double reach;
    double multiplicities[64];
    double blurs[64];
    int64_t root_count;
} divergence_newton_cycle;
DIVERGENCE_MAP(divergence_newton_cycle)

typedef struct divergence_newton_mandelbrot {
    double coefficients[32];
    double exponents[32];
    int64_t terms;
    double tolerance;
    double roots[128];
    double reach;
    double multiplicities[64];
    double blurs[64];
    int64_t root_count;
} divergence_newton_mandelbrot;
DIVERGENCE_MAP(divergence_newton_mandelbrot)

typedef struct divergence_newton_together {
    double coefficients[32];
    double exponents[32];
    int64_t terms;
    double tolerance;
    double roots[128];
    double reach;
    double multiplicities[64];
    double blurs[64];
    int64_t root_count;
} divergence_newton_together;
DIVERGENCE_MAP(divergence_newton_together)

typedef struct divergence_secant {
    double coefficients[32];
    double exponents[32];
    int64_t terms;
    double tolerance;
    double roots[128];
    double reach;
    double multiplicities[64];
    double blurs[64];
    int64_t root_count;
} divergence_secant;
DIVERGENCE_MAP(divergence_secant)

// libthree_body

typedef struct divergence_three_body {
    double positions[9];
    double velocities[9];
    double masses[3];
    double gravity;
    double dt;
    double shift;
    double critical_distance;
    int64_t horizontal;
    int64_t vertical;
    int64_t integrator;
    int64_t precision;
    double tolerance;
    double growth;
    double landing;
} divergence_three_body;
DIVERGENCE_MAP(divergence_three_body)

// libtraining

typedef struct divergence_input_descent {
    double first[4][2];
    double weights[7][4][4];
    double target[2];
    double eta;
    double tolerance;
    double rest;
    double near;
    int64_t depth;
} divergence_input_descent;
DIVERGENCE_MAP(divergence_input_descent)

typedef struct divergence_momentum_descent {
    double eta;
    double momentum;
    double tolerance;
    double bound;
    int64_t method;
} divergence_momentum_descent;
DIVERGENCE_MAP(divergence_momentum_descent)

typedef struct divergence_neuron_orders {
    double neurons_0_v0[100];
    double neurons_0_v1[100];
    double neurons_0_alpha;
    double neurons_0_w1;
    double neurons_0_tolerance;
    double neurons_0_bound;
    int64_t neurons_0_batch;
    int64_t neurons_0_rate_plane;
    double neurons_1_v0[100];
    double neurons_1_v1[100];
    double neurons_1_alpha;
    double neurons_1_w1;
    double neurons_1_tolerance;
    double neurons_1_bound;
    int64_t neurons_1_batch;
    int64_t neurons_1_rate_plane;
    double critical_distance;
} divergence_neuron_orders;
DIVERGENCE_MAP(divergence_neuron_orders)

typedef struct divergence_one_neuron {
    double v0[100];
    double v1[100];
    double alpha;
    double w1;
    double tolerance;
    double bound;
    int64_t batch;
    int64_t rate_plane;
} divergence_one_neuron;
DIVERGENCE_MAP(divergence_one_neuron)

typedef struct divergence_quadratic_momentum {
    double b;
    double x;
    double y;
    double tolerance;
    double bound;
} divergence_quadratic_momentum;
DIVERGENCE_MAP(divergence_quadratic_momentum)

typedef struct divergence_softmax {
    double temperature;
    double tolerance;
    double near;
} divergence_softmax;
DIVERGENCE_MAP(divergence_softmax)

typedef struct divergence_trainability {
    double inputs[20][4];
    double targets[20];
    double w0[4][4];
    double w1[4];
    double target;
    double bound;
} divergence_trainability;
DIVERGENCE_MAP(divergence_trainability)

typedef struct divergence_two_players {
    double rate_g;
    double rate_d;
    double penalty;
    double t;
    double p;
    double tolerance;
    double bound;
    int64_t minimax;
    int64_t by_turns;
    int64_t rate_plane;
} divergence_two_players;
DIVERGENCE_MAP(divergence_two_players)

#undef DIVERGENCE_MAP
#undef DIVERGENCE_ORBITS

#ifdef __cplusplus
}
#endif
