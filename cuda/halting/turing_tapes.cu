#include "turing_tapes.h"

#include "boundary.h"

EXPORT_MAP(turing_tapes, TuringTapes)
