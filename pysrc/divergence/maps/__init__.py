"""The maps. What a module of this room names in its `__all__` is public."""

from . import (
    descent,
    escape,
    formula,
    halting,
    interval,
    learning,
    planar,
    roots,
    three_body,
    training,
)
from .base import ALL as ALL
from .base import Map
from .descent import *
from .escape import *
from .formula import *
from .halting import *
from .interval import *
from .learning import *
from .planar import *
from .roots import *
from .three_body import *
from .training import *

__all__ = ["Map"]
__all__ += descent.__all__
__all__ += escape.__all__
__all__ += formula.__all__
__all__ += halting.__all__
__all__ += interval.__all__
__all__ += learning.__all__
__all__ += planar.__all__
__all__ += roots.__all__
__all__ += three_body.__all__
__all__ += training.__all__
