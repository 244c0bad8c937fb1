"""What is asked of maps besides times: orbits, exponents, dimensions, curves."""
