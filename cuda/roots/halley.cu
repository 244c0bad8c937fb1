#include "halley.h"

EXPORT_METHOD(halley, Halley)
