"""Rosters: how many people a week's work needs, shift by shift."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["roster_shifts"]


def roster_shifts(
    required_s: npt.NDArray[np.int64], staff: int, *, shift_s: int = 8 * 3600, max_shifts: int = 5
) -> npt.NDArray[np.int64]:
    """Return the shifts to roster on each day of a week, as close to the need as staff allow.

    Parameters
    ----------
    required_s : array of int, shape (7,)
        Seconds of work by weekday.
    staff : int
        People; each works at most `max_shifts` shifts a week and one a day.
    shift_s : int
        Paid working time of a shift.

    Returns
    -------
    array of int, shape (7,)
        Shifts by weekday. When people are short, days lose shifts where the next shift covers the
        least unmet work, so that the shortage is shared out and not left to Sunday.

    Examples
    --------
    >>> import numpy as np
    >>> roster_shifts(np.array([8, 8, 8, 8, 8, 16, 16]) * 3600, 2).tolist()
    [1, 1, 1, 1, 1, 2, 2]
    """
    wanted = np.minimum(np.ceil(required_s / shift_s).astype(np.int64), staff)
    excess = int(wanted.sum()) - staff * max_shifts
    for _ in range(max(0, excess)):
        covered = np.minimum(wanted * shift_s, required_s)
        fewer = np.minimum(np.maximum(wanted - 1, 0) * shift_s, required_s)
        # Relative loss: taking one of ten hurts less than taking one of two.
        loss = np.where(wanted > 0, (covered - fewer) / np.maximum(required_s, 1), np.inf)
        wanted[int(np.argmin(loss))] -= 1
    return wanted
