#include "two_players.h"

#include "boundary.h"

EXPORT_MAP(two_players, TwoPlayers)
