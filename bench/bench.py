"""Speed, as ratios within one run: `make bench`, or some sections by name.

    make bench ARGS="three_body peak"     # these sections only
    make bench ARGS=--write               # and put the tables into BENCHMARKS.md

A section is a module beside this one with a TITLE and a `run()` that returns Measurements, the
first of which the others are compared with.
"""

import argparse
import importlib
import platform
import re
import sys
import time
from datetime import date
from math import isnan
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "pysrc")]

import divergence as dv  # noqa: E402
from measure import Measurement  # noqa: E402

REPORT = HERE.parent / "BENCHMARKS.md"
SECTIONS = sorted(
    path.stem
    for path in HERE.glob("*.py")
    if re.search(r"^def run\(", path.read_text(), re.MULTILINE)
)


def machine() -> str:
    """The processor, the cores and the devices, in a line."""
    cpuinfo = Path("/proc/cpuinfo").read_text()
    model = re.search(r"^model name\s*: (.*)$", cpuinfo, re.MULTILINE)
    here = dv.devices()
    gpus = [name for device, name in here.items() if ":" in device]
    return "; ".join(
        [
            model[1] if model else platform.machine(),
            here["cpu"],
            ", ".join(gpus) or "no GPU",
            f"Python {platform.python_version()}",
            date.today().isoformat(),
        ]
    )


def table(measurements: list[Measurement]) -> str:
    """Markdown: each row beside the first."""
    first = measurements[0].value
    lines = ["| | value | beside the first | |", "| --- | ---: | ---: | --- |"]
    for row in measurements:
        ratio = f"{row.value / first:.3g}" if row.compare else ""
        value = "unmeasured" if isnan(row.value) else f"{row.value:.4g} {row.unit}"
        lines.append(f"| {row.what} | {value} | {ratio} | {row.note} |")
    return "\n".join(lines)


def write(name: str, text: str) -> None:
    """Puts a table between its marks in BENCHMARKS.md, or at the end where it has none."""
    report = REPORT.read_text() if REPORT.exists() else "# Benchmarks\n"
    begin, end = f"<!-- {name} -->", f"<!-- end {name} -->"
    block = f"{begin}\n{text}\n{end}"
    if begin in report:
        report = re.sub(
            f"{re.escape(begin)}.*?{re.escape(end)}", lambda _: block, report, flags=re.DOTALL
        )
    else:
        report += f"\n{block}\n"
    REPORT.write_text(report)


def main() -> None:
    parser = argparse.ArgumentParser(description="Speed, as ratios within one run.")
    parser.add_argument("sections", nargs="*", help=f"of {', '.join(SECTIONS)}; all by default")
    parser.add_argument("--write", action="store_true", help="put the tables into BENCHMARKS.md")
    arguments = parser.parse_args()
    unknown = set(arguments.sections) - set(SECTIONS)
    if unknown:
        parser.error(f"no section {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    print(machine())
    for name in arguments.sections or SECTIONS:
        section = importlib.import_module(name)
        began = time.perf_counter()
        text = f"## {section.TITLE}\n\n{machine()}\n\n{table(section.run())}"
        print(f"\n{text}\n({time.perf_counter() - began:.0f} s)", flush=True)
        if arguments.write:
            write(name, text)


if __name__ == "__main__":
    main()
