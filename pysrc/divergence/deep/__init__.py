"""Windows that float64 cannot zoom into: references in many digits, and what pixels differ by."""
