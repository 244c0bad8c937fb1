"""Mathematics as people paste it, in the letters that a keyboard has."""

import re
import unicodedata

SIGNS = str.maketrans(
    dict.fromkeys("−‐‑‒–—﹣－", "-")
    | dict.fromkeys("·⋅∙•×∗✕", "*")
    | dict.fromkeys("÷∕⁄", "/")
    | dict.fromkeys("→↦⟶⟼", "->")
    | dict.fromkeys("′’ʹ", "'")
    | {"″": "''", "＋": "+", "≤": "<=", "≥": ">=", "≠": "!="}
)
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁱ⁽⁾", "0123456789+-i()")
SUPERSCRIPTS = re.compile("[" + "".join(map(chr, RAISED)) + "]+")
GREEK = re.compile("[α-ωΑ-Ω]")


def plain(text: str) -> str:
    """A text with minus signs, dots, crosses, arrows, primes and superscripts of any alphabet as
    ASCII has them, x⁵ − 2·x as x^(5) - 2*x; ASCII text as it is."""
    if text.isascii():
        return text
    text = SUPERSCRIPTS.sub(lambda power: f"^({power[0].translate(RAISED)})", text)
    return unicodedata.normalize("NFKC", text.translate(SIGNS)).translate(SIGNS)


def spelled(text: str) -> str:
    """A text with the names of its Greek letters, 2πx as 2 pi x."""
    return GREEK.sub(lambda letter: f" {_name(letter[0])} ", text)


def _name(letter: str) -> str:
    name = unicodedata.name(letter).split()
    word = name[-1] if "FINAL" not in name else "SIGMA"
    word = "LAMBDA" if word == "LAMDA" else word
    return word.lower() if "SMALL" in name else word.capitalize()
