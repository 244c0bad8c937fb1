"""The command line: `divergence NAME ...`, and the scripts in pysrc/, which are the same code."""
