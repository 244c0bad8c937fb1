"""How often each time occurs in a view, and the colour that it has."""

import numpy as np

from ..colour import Colouring
from ..maps.base import Map
from .fields import Field

BINS = 128


def histogram(system: Map, field: Field, colouring: Colouring) -> dict[str, object]:
    """The histogram of the times of a field whose points are all known.

    Returns:
        "edges" (bins + 1), where bins of whole times begin, as even in log(1 + t) as can be, and
        where the last ends; "counts" (bins); "shares" (bins), where in the colormap the middle of
        each lies, 0 to 1, and its "colours"; and "stayed", how many points did not stop.
    """
    limit = field.max_steps
    stopped = field.times[field.times < limit]
    low = int(stopped.min()) if stopped.size else 0
    high = int(stopped.max()) + 1 if stopped.size else limit
    even = np.expm1(np.linspace(np.log1p(low), np.log1p(high), BINS + 1))
    edges = np.unique(np.rint(even).astype(np.int64))
    counts, _ = np.histogram(stopped, edges)
    fitted = colouring.fitted([(field.times, limit)], [system])
    middle = (edges[:-1] + edges[1:] - 1) // 2
    shares = np.clip(np.nan_to_num(fitted.share(middle, limit)), 0, 1)
    colours = fitted.rgb(middle.astype(np.int32), limit)
    return {
        "edges": edges.tolist(),
        "counts": counts.tolist(),
        "shares": (shares if colouring.shows == "times" else 1 - shares).round(4).tolist(),
        "colours": colours.tolist(),
        "stayed": int((field.times >= limit).sum()),
    }
