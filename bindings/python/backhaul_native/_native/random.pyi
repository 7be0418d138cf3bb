"""Counter-based random streams."""

import numpy as np
import numpy.typing as npt

def uniforms(
    seed: int, purpose_name: str, entity: int, time: int, n: int
) -> npt.NDArray[np.float64]: ...
def words(
    seed: int, purpose_name: str, entity: int, time: int, n: int
) -> npt.NDArray[np.uint64]: ...
