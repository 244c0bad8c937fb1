"""The same tiles, orbits and pictures by workers on other machines, on anybody's executor."""
