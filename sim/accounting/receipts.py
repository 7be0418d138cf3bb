"""Store-day journals: sales by tax class and tender, cost of goods, card settlement, deposits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backhaul.sim.spine import Account, Ledger
from backhaul.sim.world import Card

__all__ = ["Receipts", "StoreDay", "split_cents"]


@dataclass(frozen=True, slots=True)
class StoreDay:
    """What one store took and gave away on one day, in whole cents.

    Parameters
    ----------
    net_cents : int
        Sales without tax.
    tax_cents : int
        Sales tax on them.
    baskets : int
        Transactions.
    cogs_cents, waste_cents, shrink_cents : int
        Goods that left the shelf, at cost.
    """

    net_cents: int
    tax_cents: int
    baskets: int
    cogs_cents: int
    waste_cents: int
    shrink_cents: int


def split_cents(total: int, shares: tuple[float, ...]) -> tuple[int, ...]:
    """Split whole cents by shares; the remainder goes to the last part, so nothing is lost.

    Examples
    --------
    >>> split_cents(100, (0.45, 0.40))
    (45, 40, 15)
    """
    parts = [int(total * share) for share in shares]
    return (*parts, total - sum(parts))


class Receipts:
    """Posts what stores take in, and follows card money and cash to the bank.

    Parameters
    ----------
    ledger : Ledger
    cards : sequence of Card
        Means of payment; their shares sum to 1. One without a fee and without days to settle is cash: it
        lies in the till until the next day.
    """

    def __init__(self, ledger: Ledger, cards: Sequence[Card]) -> None:
        self._ledger = ledger
        # The largest share comes last and takes the rounding of the split.
        self._cards = sorted(cards, key=lambda card: (card.share, card.name))
        self._coming: dict[int, list[tuple[int, Card, int, int]]] = {}

    def close_store_day(self, day: int, site: int, figures: StoreDay) -> None:
        """Post a store's day: sales by tender, tax, and goods at cost."""
        gross = figures.net_cents + figures.tax_cents
        parts = split_cents(gross, tuple(card.share for card in self._cards[:-1]))
        lines = [(Account.SALES, -figures.net_cents), (Account.SALES_TAX, -figures.tax_cents)]
        for card, part in zip(self._cards, parts, strict=True):
            fee = (
                round(part * card.fee_share) + round(figures.baskets * card.share) * card.fee_cents
            )
            lines.append((_asset(card), part))
            due = day + max(card.settle_d, 1)
            self._coming.setdefault(due, []).append((site, card, part, min(fee, part)))
        self._ledger.post("store day: sales", site, lines)
        goods = figures.cogs_cents + figures.waste_cents + figures.shrink_cents
        self._ledger.post(
            "store day: goods",
            site,
            [
                (Account.COGS, figures.cogs_cents),
                (Account.WASTE, figures.waste_cents),
                (Account.SHRINK, figures.shrink_cents),
                (Account.INVENTORY_STORE, -goods),
            ],
        )

    def settle(self, day: int) -> None:
        """Bank what is due today: card money net of fees, and yesterday's cash."""
        for site, card, gross, fee in self._coming.pop(day, []):
            self._ledger.post(
                "card settlement" if _asset(card) is Account.CARD_RECEIVABLE else "cash deposit",
                site,
                [(Account.BANK, gross - fee), (Account.CARD_FEES, fee), (_asset(card), -gross)],
                card.name,
            )

    def coming_cents(self) -> int:
        """Return the sub-ledger's total of takings on their way to the bank."""
        return sum(gross for entries in self._coming.values() for _, _, gross, _ in entries)


def _asset(card: Card) -> Account:
    cash = card.fee_share == 0 and card.fee_cents == 0 and card.settle_d <= 1
    return Account.TILL if cash else Account.CARD_RECEIVABLE
