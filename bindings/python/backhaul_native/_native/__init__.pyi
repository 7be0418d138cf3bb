"""The extension module; one stub file a submodule, beside this one."""

from . import batching as batching
from . import loading as loading
from . import packing as packing
from . import random as random
from . import replenishment as replenishment
from . import routing as routing
from . import shelf as shelf
from . import slotting as slotting
from . import twin as twin

__version__: str

class NativeError(Exception): ...
