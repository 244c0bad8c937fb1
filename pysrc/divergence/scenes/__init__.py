"""TOML <-> scenes, the laws by which they change, and the named scenes as data."""
