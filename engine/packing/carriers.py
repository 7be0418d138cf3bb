"""Load carriers of the grocery trade as bins: pallets and roll cages, in millimetres and grams."""

from __future__ import annotations

from backhaul.engine.packing.problem import Bin

__all__ = ["euro_pallet", "roll_cage"]

#: EUR 1 pallet (EN 13698-1): 1200 x 800 mm; 1500 kg evenly spread.
_EURO = (1200, 800)
_EURO_GRAMS = 1_500_000
#: Roll cage as it is common in European food retail: about 710 x 800 mm of base, 1600 mm usable
#: height, 500 kg; three sides are closed, goods go in and out at the front.
_CAGE = (710, 800, 1600)
_CAGE_GRAMS = 500_000


def euro_pallet(
    height: int = 1650,
    *,
    id: str = "euro pallet",
    copies: int | None = None,
    cost: int = 1,
    overhang: int | tuple[int, ...] = 0,
) -> Bin:
    """Return the room above a EUR pallet.

    Parameters
    ----------
    height : int
        Of the load, without the pallet's own 144 mm [mm].
    id : str
    copies : int or None
        How many there are; None: as many as wanted.
    cost : int
    overhang : int or tuple of 2 or 4 int
        How far cases may hang over: at all sides, along x and y, or at -x, +x, -y, +y [mm].

    Raises
    ------
    InvalidInput
        The height is not a positive length.

    Examples
    --------
    >>> euro_pallet(1500).size
    (1200, 800, 1500)

    Four boxes of 620 mm cover a pallet that they may overlap by 20 mm at either end.

    >>> from backhaul.engine import Stop
    >>> from backhaul.engine.packing import Item, PackingProblem, Rules, solve
    >>> box = Item("box", (620, 400, 1500), copies=4)
    >>> def packed(pallet):
    ...     problem = PackingProblem([pallet], [box], rules=Rules(min_support=0.9))
    ...     return 4 - solve(problem, stop=Stop(iterations=50)).left_out.copies
    >>> packed(euro_pallet(1500, copies=1)), packed(euro_pallet(1500, copies=1, overhang=(20, 0)))
    (2, 4)
    """
    doors = ("+x", "-x", "+y", "-y", "+z")
    size = (*_EURO, height)
    return Bin(
        id,
        size,
        copies=copies,
        cost=cost,
        max_weight=_EURO_GRAMS,
        doors=doors,
        overhang=overhang,  # type: ignore[arg-type]
    )


def roll_cage(
    size: tuple[int, int, int] = _CAGE,
    *,
    id: str = "roll cage",
    copies: int | None = None,
    cost: int = 1,
    max_weight: int = _CAGE_GRAMS,
) -> Bin:
    """Return the room inside a roll cage, open at the front (+x).

    Parameters
    ----------
    size : tuple of 3 int
        Inner depth, width, height [mm].
    id : str
    copies : int or None
        How many there are; None: as many as wanted.
    cost : int
    max_weight : int
        [g]

    Raises
    ------
    InvalidInput
        A length or the weight is out of range.

    Examples
    --------
    Forty cases of 12 kg are 480 kg: one cage bears them; fifty need a second.

    >>> from backhaul.engine import Stop
    >>> from backhaul.engine.packing import Item, PackingProblem, solve
    >>> def cages(count):
    ...     case = Item("case", (300, 200, 250), copies=count, weight=12_000)
    ...     return solve(PackingProblem([roll_cage()], [case], "bin_packing"), stop=Stop(iterations=50))
    >>> cages(40).cost, cages(50).cost
    (1, 2)
    """
    return Bin(id, size, copies=copies, cost=cost, max_weight=max_weight, doors=("+x",))
