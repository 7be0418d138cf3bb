"""A user's own order rule, compiled: one Python function, run for millions of cells at native speed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, get_args

import numpy as np

from backhaul.engine.errors import InvalidInput, native_errors
from backhaul.engine.replenishment.arrays import Column, Reals, Whole, real_column
from backhaul_native import replenishment as native

__all__ = ["Form", "OrderPolicy", "policy"]

Form = Literal["batch", "element", "python"]
#: Order at a position: (position, mean, sd, on_hand) in units, mean and sd over lead time and review.
Rule = Callable[[float, float, float, float], float]


class OrderPolicy:
    """An order rule that can be run for whole arrays; made by `policy`.

    Attributes
    ----------
    rule : callable
        The Python function, unchanged.
    form : {"batch", "element", "python"}
        One compiled loop over all rows; a compiled call for each row; the Python function for each row.
        The orders are the same.
    """

    def __init__(self, rule: Rule, form: Form) -> None:
        if form not in get_args(Form):
            raise InvalidInput("form", form, " or ".join(get_args(Form)))
        if not callable(rule):
            raise InvalidInput("policy", repr(rule), "a function of position, mean, sd and on_hand")
        self.rule, self.form = rule, form
        self._compiled: Any = None
        if form != "python":
            self._compiled = _compile(rule, form)

    def __call__(self, position: float, mean: float, sd: float, on_hand: float) -> float:
        """Call the Python function itself, for one cell."""
        return self.rule(position, mean, sd, on_hand)

    def orders(self, position: Column, mean: Column, sd: Column, on_hand: Column) -> Whole:
        """Return what to order in every cell.

        Parameters
        ----------
        position, mean, sd, on_hand : array of float64, shape (n,)
            On hand + on order - owed; mean and standard deviation of demand over lead time and
            review; units on hand.

        Returns
        -------
        array of int32, shape (n,)
            Units, rounded up.

        Raises
        ------
        InvalidInput
            Columns of different lengths or wrong dtype; a rule that raises, or returns a negative
            number or one that is not a number: the message names the row.
        """
        columns = [
            real_column(name, values)
            for name, values in (
                ("position", position),
                ("mean", mean),
                ("sd", sd),
                ("on_hand", on_hand),
            )
        ]
        n = len(columns[0])
        for name, column in zip(("mean", "sd", "on_hand"), columns[1:], strict=True):
            if len(column) != n:
                raise InvalidInput(name, len(column), f"{n} values")
        with native_errors():
            if self.form == "batch":
                found = native.run_policy(self._compiled.address, *columns)
            else:
                found = self._row_by_row(columns)
        with np.errstate(invalid="ignore"):
            bad = np.flatnonzero(~((found >= 0) & (found <= np.iinfo(np.int32).max)))
        if len(bad):
            row = int(bad[0])
            raise InvalidInput(f"policy[{row}]", self._why(columns, row), "an order of 0 or more")
        return np.ceil(found).astype(np.int32)

    def _row_by_row(self, columns: list[Reals]) -> Reals:
        call = self.rule if self.form == "python" else self._compiled
        found = np.full(len(columns[0]), np.nan)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        for i, cells in enumerate(rows):
            try:
                found[i] = call(*cells)
            except Exception:  # noqa: BLE001
                # A user's rule may raise anything; the row is named from the NaN that stays.
                break
        return found

    def _why(self, columns: list[Reals], row: int) -> str:
        """Run the rule again as plain Python to say what went wrong in a row."""
        cells = [float(column[row]) for column in columns]
        try:
            return f"{self.rule(*cells)!r}"
        except Exception as error:  # noqa: BLE001 - told to the user
            return f"{type(error).__name__}: {error}"


def policy(rule: Rule | None = None, *, form: Form = "batch") -> Any:  # noqa: ANN401
    """Make an order rule of a Python function of one cell; use it as a decorator.

    The function takes position, mean, sd and on_hand as numbers and returns the units to order. With
    the form ``batch`` numba compiles it into one loop whose address the compiled side calls, without
    the interpreter lock; ``element`` compiles it for single calls; ``python`` leaves it as it is.

    Parameters
    ----------
    rule : callable
        The function; numbers, branches and the `math` module compile.
    form : {"batch", "element", "python"}
        How it is run.

    Returns
    -------
    OrderPolicy
        Callable for one cell, `orders` for arrays.

    Raises
    ------
    InvalidInput
        numba is missing or cannot compile the function; the message says what it cannot do.

    Examples
    --------
    >>> @policy(form="python")
    ... def cover(position, mean, sd, on_hand):
    ...     return max(mean + 2 * sd - position, 0.0)
    >>> cover.orders([3.0, 30.0], [10.0, 10.0], [3.0, 3.0], [3.0, 30.0])
    array([13,  0], dtype=int32)
    """
    if rule is None:
        return lambda found: OrderPolicy(found, form)
    return OrderPolicy(rule, form)


def _compile(rule: Rule, form: Form) -> Any:  # noqa: ANN401 - numba's objects have no types
    try:
        import numba
        from numba.core.errors import NumbaError
    except ImportError:
        allowed = "form='python', or the extra backhaul[policies] installed"
        raise InvalidInput("policy", "numba is not installed", allowed) from None
    number = numba.types.float64
    pointer = numba.types.CPointer(number)
    try:
        # Division by zero gives infinity, which is caught as an order: a check would stop the loop
        # from using vector registers.
        compiled = numba.njit(number(number, number, number, number), error_model="numpy")(rule)
        if form == "element":
            return compiled

        def loop(position, mean, sd, on_hand, count, orders):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
            a = numba.carray(position, count)
            b = numba.carray(mean, count)
            c = numba.carray(sd, count)
            d = numba.carray(on_hand, count)
            out = numba.carray(orders, count)
            for i in range(count):
                out[i] = compiled(a[i], b[i], c[i], d[i])

        signature = numba.void(pointer, pointer, pointer, pointer, numba.types.int64, pointer)
        return numba.cfunc(signature, error_model="numpy")(loop)
    except NumbaError as error:
        text = " ".join(str(error).split())[:200]
        raise InvalidInput("policy", text, "a function that numba compiles") from None
