"""Maps from text: grammar -> system -> program of real numbers -> header or interpreter."""

from .formula import Formula
from .grammar import FormulaError as FormulaError

__all__ = ["Formula", "FormulaError"]
