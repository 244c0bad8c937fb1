"""python -m divergence: the command `divergence`."""

from .command.main import main

if __name__ == "__main__":
    main()
