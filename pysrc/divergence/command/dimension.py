"""divergence dimension: the box-counting dimension of the sets that pictures show."""

import argparse

from .manners import Result
from .parser import Parser

SUMMARY = "measure the box-counting dimension of what pictures show"


def add_flags(parser: Parser) -> None:
    parser.add_argument("picture", nargs="+", help="any picture; the set is its rarer side")
    parser.add_argument(
        "--threshold", type=float, default=0.5, help="between the darkest 0 and the lightest 1"
    )


def work(arguments: argparse.Namespace) -> Result:
    from ..analysis.box_counting import box_dimension, read_mask

    lines, table = [], {}
    for path in arguments.picture:
        mask = read_mask(path, threshold=arguments.threshold)
        try:
            dimension, error, _ = box_dimension(mask)
        except ValueError as reason:
            raise ValueError(f"{path}: {reason}") from None
        lines.append(f"{dimension:.3f} ± {error:.3f}  {path}")
        table[path] = {"dimension": float(dimension), "error": float(error)}
    return Result("\n".join(lines), table)
