#include "turing_machines.h"

#include "boundary.h"

EXPORT_MAP(turing_machines, TuringMachines)
