"""What a page's messages hold, checked."""

from collections.abc import Mapping

Message = Mapping[str, object]


def table_in(value: object) -> Mapping[str, object]:
    """A value that must be an object. ValueError: it is none."""
    if not isinstance(value, Mapping):
        raise ValueError("table must be an object")
    return value


def text(message: Message, key: str, default: str | None = None) -> str:
    """A text of a message. ValueError: it is missing, and has no default, or it is none."""
    value = message.get(key, default)
    if not isinstance(value, str):
        raise ValueError(f"{key} must be a text")
    return value
