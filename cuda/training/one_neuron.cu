#include "one_neuron.h"

#include "boundary.h"

EXPORT_MAP(one_neuron, OneNeuron)
