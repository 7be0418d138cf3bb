"""Sales tax by state and class of goods, and income tax; filed and paid on their due dates."""

from __future__ import annotations

from collections.abc import Sequence

from backhaul.sim.spine import Account, Ledger

__all__ = ["Taxes", "sales_tax_cents"]


def sales_tax_cents(net_cents: int, rate_ppm: int) -> int:
    """Return the tax on a day's net sales of one class, rounded half up to whole cents.

    Parameters
    ----------
    net_cents : int
        Net sales of the class.
    rate_ppm : int
        Rate in parts per million (6.25 % = 62,500): whole, so that the tax is exact.

    Examples
    --------
    >>> sales_tax_cents(10_000, 62_500)
    625
    """
    return (net_cents * rate_ppm + 500_000) // 1_000_000


class Taxes:
    """Collects sales tax by state, files it month by month, and accrues income tax.

    Parameters
    ----------
    ledger : Ledger
    states : sequence of str
        By store.
    food_ppm, general_ppm : sequence of int
        Rates by store.
    income_ppm : int
        Rate of income tax.
    """

    def __init__(
        self,
        ledger: Ledger,
        states: Sequence[str],
        food_ppm: Sequence[int],
        general_ppm: Sequence[int],
        income_ppm: int,
    ) -> None:
        self._ledger = ledger
        self._states, self._food, self._general = list(states), list(food_ppm), list(general_ppm)
        self._income_ppm = income_ppm
        self._month: dict[str, int] = {}
        self._due: list[tuple[str, int]] = []
        self._provided = 0

    def on_sales(self, store: int, food_net_cents: int, general_net_cents: int) -> int:
        """Return the tax on a store's day, and remember it for the state's return."""
        tax = sales_tax_cents(food_net_cents, self._food[store]) + sales_tax_cents(
            general_net_cents, self._general[store]
        )
        state = self._states[store]
        self._month[state] = self._month.get(state, 0) + tax
        return tax

    def close_month(self) -> list[tuple[str, int]]:
        """Draw up the returns of the month: (state, cents); they are due on the 20th."""
        self._due += sorted(self._month.items())
        self._month = {}
        return list(self._due)

    def remit_sales_tax(self) -> int:
        """Pay every return that is due; return the cents paid."""
        total = sum(cents for _, cents in self._due)
        for state, cents in self._due:
            self._ledger.post(
                "sales tax remitted",
                self._ledger.office,
                [(Account.SALES_TAX, cents), (Account.BANK, -cents)],
                state,
            )
        self._due = []
        return total

    def liability_cents(self) -> int:
        """Return the sub-ledger's total: collected and not yet remitted."""
        return sum(self._month.values()) + sum(cents for _, cents in self._due)

    def provide_income_tax(self, profit_to_date_cents: int) -> None:
        """Bring the provision to the rate on the profit to date (nothing on a loss)."""
        wanted = max(0, profit_to_date_cents * self._income_ppm // 1_000_000)
        change = wanted - self._provided
        self._provided = wanted
        self._ledger.post(
            "income tax provision",
            self._ledger.office,
            [(Account.INCOME_TAX_EXPENSE, change), (Account.INCOME_TAX, -change)],
        )

    def pay_income_tax(self) -> int:
        """Pay the quarter's instalment: what is provided and not yet paid."""
        due = -self._ledger.balance(Account.INCOME_TAX)
        if due <= 0:
            return 0
        self._ledger.post(
            "income tax instalment",
            self._ledger.office,
            [(Account.INCOME_TAX, due), (Account.BANK, -due)],
        )
        return due
