"""The store x product cells of a chain: demand, sales, stock ageing, waste and orders, compiled.

A day goes: `Cells.open_day`, deliveries by `Cells.receive`, `Cells.sell_part` once for each part of the
day in order (deliveries may come between), `Cells.close_day`. At night `Cells.order_to_service` or
`Cells.order_to_levels` propose orders, `fair_share` cuts them to what the centre has, `Cells.place`
notes them. A distribution centre is a `Cells` of its own with no base demand.
"""

from backhaul.sim.cells.arrays import calendar
from backhaul.sim.cells.cells import Baskets, Cells, Withdrawn, fair_share
from backhaul.sim.cells.tables import Products, Stores
from backhaul.sim.cells.totals import DayTotals, PartTotals
from backhaul.sim.cells.views import Breach

__all__ = [
    "Baskets",
    "Breach",
    "Cells",
    "DayTotals",
    "PartTotals",
    "Products",
    "Stores",
    "Withdrawn",
    "calendar",
    "fair_share",
]
