#include "boundary.h"
#include "input_descent.h"
#include "momentum.h"
#include "neuron_orders.h"
#include "one_neuron.h"
#include "softmax.h"
#include "trainability.h"
#include "two_players.h"

EXPORT_MAP(one_neuron, OneNeuron)
EXPORT_MAP(neuron_orders, NeuronOrders)
EXPORT_MAP(trainability, Trainability)
EXPORT_MAP(two_players, TwoPlayers)
EXPORT_MAP(input_descent, InputDescent)
EXPORT_MAP(quadratic_momentum, QuadraticMomentum)
EXPORT_MAP(momentum_descent, MomentumDescent)
EXPORT_MAP(softmax, Softmax)
