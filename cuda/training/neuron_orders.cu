#include "neuron_orders.h"

#include "boundary.h"

EXPORT_MAP(neuron_orders, NeuronOrders)
