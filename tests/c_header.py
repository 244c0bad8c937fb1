"""Prints cuda/divergence.h: every map's parameters and functions, as its library tells them."""

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "pysrc"))

import bits
from divergence.kernel import native
from divergence.maps.planar import PlanarMap, PlanarTwins

HEAD = """\
// Every map in C: its parameters, and the functions that take them; job.h has the rest. Written by
// tests/c_header.py from what the libraries tell of themselves. examples/ shows how to use it.
//
// A map's functions are in the library of its family, build/libFAMILY.cpu.so or .cuda.so.
#pragma once

#include "job.h"
#undef FIELDS

#ifdef __cplusplus
extern "C" {
#endif

// MAP_times finds how many steps each of `count` points (x, y) takes until it stops, or max_steps,
// 1 to 2^31 - 1, and returns when all are known. MAP_submit begins the same in the background, on
// any device, and tells more of them (see job.h). MAP_follow fills states[count][variables] with
// one point's at every `every`-th step, from now[variables] on or, unless `resume`, from its start.
// MAP_state and MAP_parameters name the numbers of a state and the members of the struct.
#define DIVERGENCE_MAP(MAP)                                                            \\
    int MAP##_times(const MAP* map, const double* x, const double* y, int64_t count,   \\
                    int64_t max_steps, int32_t* times);                                \\
    int MAP##_submit(const MAP* map, const divergence_job* job, int64_t* ticket);      \\
    int MAP##_follow(const MAP* map, double x, double y, int64_t every, int64_t count, \\
                     double* states, double* now, int64_t resume);                     \\
    int MAP##_state(const MAP* map, const char** fields, int64_t* variables);          \\
    const char* MAP##_parameters(void);
#define DIVERGENCE_ORBITS(MAP)                                                          \\
    int MAP##_submit(const MAP* map, const divergence_orbit_job* job, int64_t* ticket); \\
    const char* MAP##_parameters(void);
"""
TAIL = """
#undef DIVERGENCE_MAP
#undef DIVERGENCE_ORBITS

#ifdef __cplusplus
}
#endif
"""


def struct(name: str, fields: str) -> str:
    members = "".join(f"    {member};\n" for member in fields.replace(".", "_").split("; "))
    return f"typedef struct {name} {{\n{members}}} {name};\n"


def declarations() -> Iterator[str]:
    """Of every map, family by family."""
    entries: dict[str, dict[str, bool]] = {}
    for system in bits.SYSTEMS.values():
        if system.source is not None:  # it has a library of its own
            continue
        planar = isinstance(system, PlanarMap)
        of_family = entries.setdefault(system.family, {})
        if not isinstance(system, PlanarTwins):
            of_family[system.entry] = planar
        if planar:
            of_family[f"{system.entry}_twins"] = False
    for family, maps in sorted(entries.items()):
        library = native.load(family, "cpu")
        yield f"\n// lib{family}\n"
        for entry, has_orbits in sorted(maps.items()):
            name = f"divergence_{entry}"
            yield "\n" + struct(name, library.text("parameters", entry))
            yield f"DIVERGENCE_MAP({name})\n"
            if has_orbits:
                yield struct(f"{name}_orbits", library.text("parameters", f"{entry}_orbits"))
                yield f"DIVERGENCE_ORBITS({name}_orbits)\n"


def header() -> str:
    """The whole file."""
    return HEAD + "".join(declarations()) + TAIL


if __name__ == "__main__":
    print(header(), end="")
