#include "boundary.h"
#include "turing_machines.h"
#include "turing_tapes.h"

EXPORT_MAP(turing_machines, TuringMachines)
EXPORT_MAP(turing_tapes, TuringTapes)
