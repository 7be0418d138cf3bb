"""A user's own order rule, compiled: one Python function, run for millions of cells at native speed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Literal, get_args

import numpy as np

from backhaul.engine.errors import InvalidInput, native_errors
from backhaul.engine.replenishment.arrays import (
    Column,
    Whole,
    real_column,
    whole_column,
)
from backhaul_native import NativeError
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
        if form == "python":
            # The interpreter runs one thread at a time.
            self._run: Callable[..., Any] = lambda *columns: native.policy_python(
                rule, *columns[:-1]
            )
        else:
            # Kept: the compiled function lives as long as this object.
            self._compiled = _compile(rule, form)
            run = native.policy_batch if form == "batch" else native.policy_element
            self._run = partial(run, self._compiled.address)

    def __call__(self, position: float, mean: float, sd: float, on_hand: float) -> float:
        """Call the Python function itself, for one cell."""
        return self.rule(position, mean, sd, on_hand)

    def orders(
        self,
        position: Column,
        mean: Column,
        sd: Column,
        on_hand: Column,
        *,
        threads: int = 1,
        out: Whole | None = None,
    ) -> Whole:
        """Return what to order in every cell.

        Parameters
        ----------
        position, mean, sd, on_hand : array of float64, shape (n,)
            On hand + on order - owed; mean and standard deviation of demand over lead time and
            review; units on hand.
        threads : int
            Threads of the compiled forms; the orders do not depend on them.
        out : array of int32, shape (n,), optional
            Where to write the orders. Default: a new array.

        Returns
        -------
        array of int32, shape (n,)
            Units, rounded up.

        Raises
        ------
        InvalidInput
            Columns of different lengths or wrong dtype; a rule that raises, or returns a negative
            number or one that is not a number: the message names the row. `out` is then not valid.

        Examples
        --------
        >>> up_to_ten = policy(lambda position, mean, sd, on_hand: 10.0 - position, form="python")
        >>> up_to_ten.orders([3.0, 9.5], [0, 0], [0, 0], [0, 0])
        array([7, 1], dtype=int32)
        """
        if threads < 1:
            raise InvalidInput("threads", threads, "at least 1")
        try:
            # Sound arrays go straight in: a night has many calls.
            orders = np.empty(np.size(position), dtype=np.int32) if out is None else out
            failed = self._run(position, mean, sd, on_hand, orders, threads)
        except (TypeError, NativeError):
            names = ("position", "mean", "sd", "on_hand")
            position, mean, sd, on_hand = map(real_column, names, (position, mean, sd, on_hand))
            orders = np.empty(np.size(position), dtype=np.int32)
            if out is not None:
                orders = whole_column("out", out)
            with native_errors():
                failed = self._run(position, mean, sd, on_hand, orders, threads)
        if failed is not None:
            row, found = failed
            text = (
                _said(found) if found is not None else self._why((position, mean, sd, on_hand), row)
            )
            cause = found if isinstance(found, Exception) else None
            raise InvalidInput(f"policy[{row}]", text, "an order of 0 or more") from cause
        return orders

    def _why(self, columns: tuple[Column, ...], row: int) -> str:
        """Run the rule again as plain Python to say what went wrong in a row."""
        cells = [float(column[row]) for column in columns]  # type: ignore[index]
        try:
            return _said(self.rule(*cells))
        except Exception as error:  # noqa: BLE001 - told to the user
            return _said(error)


def _said(found: object) -> str:
    if isinstance(found, Exception):
        return f"{type(found).__name__}: {found}"
    return f"{found!r}"


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

    Notes
    -----
    Compiled by numba: Lam, Pitrou and Seibert (2015), Proceedings of the Second Workshop on the LLVM
    Compiler Infrastructure in HPC, 1-6.

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
    numbers, units = numba.types.CPointer(number), numba.types.CPointer(numba.types.int32)
    most = float(np.iinfo(np.int32).max)
    # Division by zero must raise as it does in Python, or the forms would order differently.
    jit = numba.njit(number(number, number, number, number), error_model="python")
    try:
        compiled = jit(rule)

        def guarded(position, mean, sd, on_hand):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
            order = np.nan
            try:
                order = compiled(position, mean, sd, on_hand)
            except Exception:  # noqa: BLE001 - the only kind that numba knows; the row is named later
                order = np.nan
            return order

        safe = jit(guarded)
        if form == "element":
            return numba.cfunc(number(number, number, number, number), error_model="python")(
                guarded
            )

        def loop(position, mean, sd, on_hand, count, orders):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
            a = numba.carray(position, count)
            b = numba.carray(mean, count)
            c = numba.carray(sd, count)
            d = numba.carray(on_hand, count)
            out = numba.carray(orders, count)
            wrong = 0
            for i in range(count):
                order = safe(a[i], b[i], c[i], d[i])
                # Branches of this shape become vector instructions.
                if order >= 0.0 and order <= most:
                    out[i] = np.int32(np.ceil(order))
                else:
                    out[i] = -1
                    wrong += 1
            return wrong

        count = numba.types.int64
        signature = count(numbers, numbers, numbers, numbers, count, units)
        return numba.cfunc(signature, error_model="python")(loop)
    except NumbaError as error:
        text = " ".join(str(error).split())[:200]
        raise InvalidInput("policy", text, "a function that numba compiles") from None
