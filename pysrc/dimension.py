"""The box-counting dimension of the sets that pictures show.

python pysrc/dimension.py coast.png outputs/henon-attractor.png
"""

import environment

environment.enter()

from divergence import box_dimension, cli, read_mask


def parser() -> cli.Parser:
    parser = cli.Parser(description="The box-counting dimension of what pictures show.")
    parser.add_argument("picture", nargs="+", help="any picture; the set is its rarer side")
    parser.add_argument("--threshold", type=float, default=0.5, help="between dark 0 and light 1")
    return parser


def work(arguments) -> None:
    for path in arguments.picture:
        mask = read_mask(path, threshold=arguments.threshold)
        try:
            dimension, error, _ = box_dimension(mask)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None
        print(f"{dimension:.3f} ± {error:.3f}  {path}")


if __name__ == "__main__":
    cli.run(parser(), work)
