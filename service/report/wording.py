"""Figures as people read them: USD with thousands separators, shares in per cent, true minus signs."""

from __future__ import annotations

import math
from fractions import Fraction

__all__ = ["NONE", "change", "dollars", "escape", "exact", "plural", "spread", "usd"]

MINUS, NONE = "\u2212", "\u2013"
_UNITS = {
    "days": "days", "count": "", "baskets": "", "cases": "cases", "m": "m", "km": "km",
    "min": "min", "kg": "kg",
}  # fmt: skip


def escape(text: object) -> str:
    """Return text that is safe inside HTML, in and out of attributes.

    Examples
    --------
    >>> escape('a < "b"')
    'a &lt; &quot;b&quot;'
    """
    return (
        str(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('"', "&quot;")
        .replace("'", "&#39;")
    )


def plural(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> plural(1, "store"), plural(1200, "store")
    ('1 store', '1,200 stores')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _signed(value: float, decimals: int, plus: bool) -> str:
    text = f"{abs(value):,.{decimals}f}"
    if float(text.replace(",", "")) == 0:
        return text
    return (MINUS if value < 0 else "+" if plus else "") + text


def _decimals(value: float) -> int:
    """Return enough decimals for about three figures."""
    size = abs(value)
    if size == 0 or size >= 1000:
        return 0
    if size >= 100:
        return 1
    return min(4, 2 - math.floor(math.log10(size))) if size < 1 else 2


def usd(value: float, *, plus: bool = False, unit: bool = True, like: float | None = None) -> str:
    """Return an amount for a sentence or an axis: millions and thousands where they are.

    Parameters
    ----------
    value : float
        In USD.
    plus : bool
        Show the sign of a gain.
    unit : bool
        End with the unit.
    like : float, optional
        Choose millions or thousands as this amount needs it: for the ends of an interval.

    Examples
    --------
    >>> usd(1_234_567.0), usd(45_678.0), usd(12.3)
    ('1.23 M USD', '45,678 USD', '12 USD')
    """
    if abs(value if like is None else like) >= 1e6:
        return _signed(value / 1e6, 2, plus) + (" M USD" if unit else "")
    return _signed(value, 0, plus) + (" USD" if unit else "")


def dollars(cents: Fraction, *, plus: bool = False) -> str:
    """Return cents as whole USD, without the unit.

    Examples
    --------
    >>> dollars(Fraction(-123456)), dollars(Fraction(5_000_000), plus=True)
    ('−1,235', '+50,000')
    """
    return _signed(float(cents) / 100, 0, plus)


def exact(value: float, unit: str, *, like: float | None = None) -> str:
    """Return a KPI as the table shows it.

    Parameters
    ----------
    value : float
        In its unit; a share as 0 to 1.
    unit : str
        The KPI's unit.
    like : float, optional
        Show as many decimals as this value needs.

    Examples
    --------
    >>> exact(0.98765, "share"), exact(1234567.8, "usd"), exact(2.345, "days")
    ('98.77 %', '1,234,568 USD', '2.35 days')
    """
    return _number(value, unit, like, plus=False)


def change(value: float, unit: str, *, like: float | None = None, units: bool = True) -> str:
    """Return a difference with its sign; one of shares in percentage points.

    Examples
    --------
    >>> change(0.0123, "share"), change(-250.0, "usd", like=100000.0)
    ('+1.23 pp', '−250 USD')
    """
    return _number(value, unit, like, plus=True, units=units)


def spread(low: float, high: float, unit: str, *, like: float | None = None) -> str:
    """Return an interval of a difference, or a dash where there is none.

    Examples
    --------
    >>> spread(-0.01, 0.02, "share")
    '−1.00 to +2.00'
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return NONE
    widest = max(abs(low), abs(high)) if like is None else like
    ends = [_number(end, unit, widest, plus=True, units=False) for end in (low, high)]
    return f"{ends[0]} to {ends[1]}"


def _number(value: float, unit: str, like: float | None, *, plus: bool, units: bool = True) -> str:
    if not math.isfinite(value):
        return NONE
    reference = value if like is None or not math.isfinite(like) else like
    if unit == "share":
        tail = " pp" if plus else " %"
        return _signed(value * 100, 2, plus) + (tail if units else "")
    tail = "USD" if unit.startswith("usd") else _UNITS.get(unit, unit)
    decimals = 0 if unit == "count" and reference == round(reference) else _decimals(reference)
    return _signed(value, decimals, plus) + (f" {tail}" if tail and units else "")
