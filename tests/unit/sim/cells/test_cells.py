"""The compiled cells against sums done again in NumPy, closed forms and planted parameters."""

import numpy as np
import pytest

from backhaul.engine.errors import InvalidInput
from backhaul.sim.cells import Cells, Products, Stores, calendar, fair_share

PLENTY = 1_000_000


def one_department(n, **columns):
    return Products(department=np.zeros(n), reference_price_cents=100, **columns)


def chain(products, base, *, stores=1, parts=1, traffic_sd=0.0, **options):
    share = np.full((parts, 1), 1 / parts)
    network = Stores(key=range(stores), traffic_sd=traffic_sd)
    return Cells(products, network, base, calendar=[[1.0]], part_share=share, **options)


def stock_up(cells, units):
    everything = np.arange(cells.products.n)
    for store in range(cells.stores.n):
        cells.receive(store, everything, units, np.zeros(cells.products.n))


def test_totals_are_the_sums_of_the_cells():
    """Every total is done again in NumPy from the cells' own arrays and the price list."""
    rng = np.random.default_rng(3)
    n, stores = 40, 3
    products = Products(
        department=rng.integers(0, 4, n),
        tax_class=rng.integers(0, 2, n),
        reference_price_cents=rng.integers(50, 900, n),
        elasticity=-1.2,
        dispersion=0.3,
        switch_share=0.6,
        substitutes=(np.arange(n)[:, None] + [1, 2, 3]) % n,
        units_per_line=1.5,
        shelf_life_d=rng.integers(0, 4, n),
    )
    cells = Cells(
        products,
        Stores(key=[5, 1, 9]),
        rng.uniform(0, 9, (stores, n)),
        calendar=np.ones((1, 4)),
        part_share=np.full((2, 4), 0.5),
        tax_classes=2,
    )
    listed = np.asarray(products.reference_price_cents)
    price = np.where(rng.random(n) < 0.3, listed * 8 // 10, listed)
    cells.set_prices(price, listed, mailer=price < listed)
    cells.open_day(0)
    cost = rng.integers(30, 200, n)
    for store in range(stores):
        units = rng.integers(0, 9, n)
        cells.receive(store, np.arange(n), units, units * cost)
    received = cells.received
    assert (cells.stock_cents == received * cost).all()
    sold = np.zeros((stores, n), dtype=int)
    for part in range(2):
        total = cells.sell_part(part)
        sales = cells.sales
        sold += sales
        for d in range(4):
            mine = np.asarray(products.department) == d
            assert (total.units[:, d] == sales[:, mine].sum(1)).all()
            assert (total.revenue_cents[:, d] == (sales * price)[:, mine].sum(1)).all()
            off = (sales * (listed - price))[:, mine].sum(1)
            assert (total.discount_cents[:, d] == off).all()
            assert (total.lost_units[:, d] == cells.lost[:, mine].sum(1)).all()
            assert (total.empty_cells[:, d] == (cells.on_hand == 0)[:, mine].sum(1)).all()
        for t in range(2):
            mine = np.asarray(products.tax_class) == t
            assert (total.tax_base_cents[:, t] == (sales * price)[:, mine].sum(1)).all()
        assert cells.demand.sum() == sales.sum() + cells.lost.sum()
        assert (total.lines <= total.units).all()
        assert (total.discounted_lines <= total.lines).all()
    day = cells.close_day()
    assert (cells.sold == sold).all()
    assert (received == sold + cells.waste + cells.shrink + cells.on_hand).all()
    # One delivery at one cost: moving average gives exactly that cost back.
    for d in range(4):
        mine = np.asarray(products.department) == d
        assert (day.cost_cents[:, d] == (sold * cost)[:, mine].sum(1)).all()
        assert (day.waste_cents[:, d] == (cells.waste * cost)[:, mine].sum(1)).all()
        assert (day.closing_cents[:, d] == cells.stock_cents[:, mine].sum(1)).all()
    assert cells.audit() is None


@pytest.mark.parametrize(("mean", "dispersion"), [(0.4, 0.0), (3.0, 0.5), (40.0, 0.2)])
def test_a_day_of_demand_is_negative_binomial(mean, dispersion):
    """Mean m and variance m + d m^2 over 60,000 cell-days, within five standard errors."""
    n, days = 4000, 15
    cells = chain(one_department(n, dispersion=dispersion), np.full((1, n), mean), parts=3)
    draws = np.zeros((days, n))
    for day in range(days):
        cells.open_day(day)
        for part in range(3):
            cells.sell_part(part)
            draws[day] += cells.demand[0]
        cells.close_day()
    variance = mean + dispersion * mean**2
    assert abs(draws.mean() - mean) < 5 * np.sqrt(variance / draws.size)
    fourth = ((draws - mean) ** 4).mean()
    assert abs(draws.var() - variance) < 5 * np.sqrt((fourth - variance**2) / draws.size)
    # Days are independent: the correlation of one day with the next is noise.
    lag = np.corrcoef(draws[:-1].ravel(), draws[1:].ravel())[0, 1]
    assert abs(lag) < 5 / np.sqrt(draws.size)


def test_planted_elasticity_is_recovered():
    """Log ratio of mean demand at two prices over the log ratio of the prices: -1.28 as planted."""
    n = 20_000
    logs = []
    for price in (100, 80):
        cells = chain(one_department(n, elasticity=-1.28), np.full((1, n), 5.0))
        cells.set_prices(np.full((1, n), price), np.full((1, n), 100))
        cells.open_day(0)
        cells.sell_part(0)
        logs.append(np.log(cells.demand.mean()))
    assert (logs[1] - logs[0]) / np.log(0.8) == pytest.approx(-1.28, abs=0.02)


def test_promotion_space_and_markdown_move_demand_as_planted():
    """Ratios of expected demand: no noise, so they hold to float precision."""
    products = one_department(4, space_elasticity=0.17, shelf_life_d=1, elasticity=-1.0)
    cells = chain(products, np.full((1, 4), 10.0))
    cells.set_prices([[100] * 4], mailer=[0, 1, 0, 1], display=[0, 0, 1, 1])
    cells.open_day(0)
    cells.sell_part(0)
    assert (cells.expected[0] / 10).tolist() == pytest.approx([1, 2.25, 1.8, 3.57])
    cells.close_day()
    cells.set_prices([[100] * 4])
    cells.set_space([[1, 2, 4, 1]], [[99] * 4], reference_facings=1)
    cells.set_markdowns([0, 0, 0, 5000])
    cells.open_day(1)
    stock_up(cells, [500] * 4)
    total = cells.sell_part(0)
    expected = [1, 2**0.17, 4**0.17, 2]  # all stock is on its last day: half price doubles it
    assert (cells.expected[0] / 10).tolist() == pytest.approx(expected)
    assert total.markdown_units[0, 0] == cells.sales[0, 3]
    assert total.markdown_cents[0, 0] == 50 * cells.sales[0, 3]


def test_the_same_customers_come_under_another_strategy():
    """More reason to buy never gives fewer units in any cell, and untouched cells do not move."""
    n = 3000
    demand = []
    for uplift in (1.0, 1.3):
        cells = chain(one_department(n, dispersion=0.4), np.linspace(0, 30, n)[None], seed=4)
        cells.open_day(0, product_factor=np.where(np.arange(n) % 2, uplift, 1.0))
        cells.sell_part(0)
        demand.append(cells.demand[0])
    assert (demand[1] >= demand[0]).all()
    assert (demand[1][::2] == demand[0][::2]).all()
    assert demand[1].sum() > demand[0].sum()


def test_empty_shelves_send_customers_to_the_substitute():
    """Product 0 has no stock; with every customer willing, product 1 sells both demands."""
    products = one_department(2, switch_share=1.0, substitutes=[[1, -1, -1], [-1, -1, -1]])
    cells = chain(products, [[20.0, 20.0]])
    cells.open_day(0)
    cells.receive(0, [1], [PLENTY], [0])
    total = cells.sell_part(0)
    assert cells.sales[0, 0] == 0
    assert cells.sales[0, 1] == cells.demand.sum()
    assert total.switched_units.sum() == cells.demand[0, 0] > 0
    assert total.lost_units.sum() == 0


def test_customers_of_an_unlisted_product_are_not_a_service_failure():
    products = one_department(2)
    cells = chain(products, [[20.0, 20.0]])
    cells.set_space([[0, 1]], [[10, 10]])
    cells.open_day(0)
    total = cells.sell_part(0)
    assert total.unlisted_units.sum() == cells.demand[0, 0]
    assert total.lost_units.sum() == cells.demand[0, 1]
    assert total.listed_cells.sum() == 1


def test_forecast_sees_through_empty_shelves():
    """Half of the demand is cut off by short stock; the estimate is far nearer the truth than sales."""
    n, truth = 400, 10.0
    cells = chain(one_department(n), np.full((1, n), truth), parts=4, forecast_weight=0.05)
    cells.set_forecast(np.full((1, n), 4.0))
    sold = []
    for day in range(120):
        cells.open_day(day)
        stock = np.full(n, 9 if day % 2 else 60)
        cells.receive(0, np.arange(n), stock - cells.on_hand[0].clip(max=stock), np.zeros(n))
        cells.withdraw(0, np.arange(n), (cells.on_hand[0] - stock).clip(min=0))
        for part in range(4):
            cells.sell_part(part)
        cells.close_day()
        sold.append(cells.sold.mean())
    naive = np.mean(sold[60:])
    assert naive < 0.93 * truth
    assert cells.level.mean() == pytest.approx(truth, rel=0.03)
    assert cells.variance_ratio.mean() == pytest.approx(1.0, abs=0.35)


def test_promotion_days_do_not_raise_the_level():
    """The factor of the promotion is known, so only the base level is learned."""
    n = 500
    cells = chain(one_department(n), np.full((1, n), 6.0), forecast_weight=0.05)
    for day in range(60):
        cells.set_prices(np.full((1, n), 100), mailer=np.full((1, n), day % 3 == 0))
        cells.open_day(day)
        stock_up(cells, np.full(n, 200))
        cells.sell_part(0)
        cells.close_day()
    assert cells.level.mean() == pytest.approx(6.0, rel=0.02)
    cells.set_prices(np.full((1, n), 100))
    cells.open_day(60)
    assert cells.forecast(60, 7).mean() == pytest.approx(42.0, rel=0.02)


def test_shrink_is_the_share_that_was_planted():
    n = 5000
    cells = chain(one_department(n, shrink_share=0.02), np.full((1, n), 10.0))
    lost = sold = 0
    for day in range(10):
        cells.open_day(day)
        stock_up(cells, np.full(n, 50))
        cells.sell_part(0)
        total = cells.close_day()
        lost, sold = lost + total.shrink_units.sum(), sold + total.sold_units.sum()
    assert lost / sold == pytest.approx(0.02, rel=0.05)


def test_perishables_age_and_keep_their_age_when_moved():
    """Two days of life: day 0 stock is waste at the close of day 1, also after a transfer."""
    cells = chain(one_department(1, shelf_life_d=2), [[0.0], [0.0]], stores=2)
    cells.open_day(0)
    cells.receive(0, [0], [6], [600])
    cells.sell_part(0)
    cells.close_day()
    cells.open_day(1)
    moved = cells.withdraw(0, [0], [4])
    assert (moved.units[0], moved.cents[0], moved.remaining_d[0]) == (4, 400, 1)
    cells.receive(1, [0], moved.units, moved.cents, remaining_d=moved.remaining_d)
    assert cells.buckets(1, 0).tolist() == [4, 0]
    assert cells.expiring(1).ravel().tolist() == [2, 4]
    cells.sell_part(0)
    total = cells.close_day()
    assert total.waste_units.ravel().tolist() == [2, 4]
    assert total.waste_cents.ravel().tolist() == [200, 400]


def test_moving_average_cost_by_hand():
    """10 at 1.00 and 10 at 2.00, 5 withdrawn: 7.50 leaves, 22.50 stays."""
    cells = chain(one_department(1), [[0.0]])
    cells.open_day(0)
    cells.receive(0, [0], [10], [1000])
    cells.receive(0, [0], [10], [2000])
    assert cells.withdraw(0, [0], [5]).cents.tolist() == [750]
    assert cells.stock_cents.tolist() == [[2250]]


def test_orders_count_what_is_coming_and_fit_the_shelf():
    """Known forecast 3 a day, lead 1 and cover 2 days: 9 units wanted, cases of 4."""
    cells = chain(one_department(2, case_pack=4), [[3.0, 3.0]])
    cells.set_space([[1, 1]], [[100, 7]])
    order = cells.order_to_service(0, [1], [2], [0.0, 0.0])
    assert order.tolist() == [[12, 4]]
    cells.place(order)
    assert cells.on_order.tolist() == [[12, 4]]
    assert cells.order_to_service(0, [1], [2], [0.0, 0.0])[0, 0] == 0
    cells.open_day(0)
    cells.receive(0, [0], [8], [800], ordered=[12])
    assert cells.on_order.tolist() == [[0, 4]]
    # At 8 on hand the reorder level of 8 is met; 15 - 8 = 7 units are two cases.
    assert cells.order_to_levels(8, 15)[0, 0] == 8
    assert cells.order_to_levels(7, 15)[0, 0] == 0
    assert cells.order_to_levels(8, 15, due=False).sum() == 0


def test_orders_replace_what_will_perish():
    """Ten units on their last day, demand 3 a day: 7 perish, so the position is 3 of the 6 wanted."""
    cells = chain(one_department(1, shelf_life_d=3), [[3.0]])
    cells.open_day(0)
    cells.receive(0, [0], [10], [0], remaining_d=[1])
    assert cells.order_to_service(0, [1], [1], [0.0]).tolist() == [[3]]


def test_receipts_hold_every_unit_once():
    """All receipts together are the sales; a sample is the head of the whole; missions show."""
    n = 60
    products = Products(
        department=np.arange(n) // 30, reference_price_cents=100, units_per_line=1.6
    )
    cells = Cells(
        products, Stores(key=[3]), np.full((1, n), 80.0), calendar=[[1, 1]], part_share=[[1, 1]]
    )
    cells.open_day(0)
    stock_up(cells, np.full(n, 70))
    cells.sell_part(0)
    missions = {"mission_share": [0.5, 0.5], "mission_tilt": [[1, 4], [4, 1]]}
    every = cells.baskets(0, 300, **missions)
    assert (np.bincount(every.product, every.units, n) == cells.sold[0]).all()
    head = cells.baskets(0, 300, sample=50, **missions)
    lines = every.start[50]
    assert head.start.tolist() == every.start[:51].tolist()
    assert head.product.tolist() == every.product[:lines].tolist()
    # Of the lines in a mission, four fifths are from the department that it is tilted to.
    mission = np.repeat(every.mission, np.diff(every.start))
    own = (every.product // 30 != mission).mean()
    assert own == pytest.approx(0.8, abs=0.03)


def test_calendar_rows_follow_weeks_and_weekdays():
    rows = calendar([[1.0], [2.0]], np.arange(7)[:, None] + 1, days=15, first_weekday=2)
    assert rows[:, 0].tolist() == [3, 4, 5, 6, 7, 1, 2, 6, 8, 10, 12, 14, 2, 4, 3]


def test_fair_share_leaves_no_case_behind():
    granted, cut = fair_share([[10], [10], [10]], [0, 0, 1], [[12], [10]], [2])
    assert granted.ravel().tolist() == [6, 6, 10]
    assert cut == 8


@pytest.mark.parametrize(
    ("path", "make"),
    [
        ("products.elasticity[1]", lambda: chain(one_department(2, elasticity=[0, 9]), [[1, 1]])),
        ("products.case_pack[0]", lambda: chain(one_department(1, case_pack=0), [[1]])),
        ("products.shelf_life_d", lambda: one_department(1, shelf_life_d=-1)),
        ("products.shelf_life_d", lambda: one_department(1, shelf_life_d=2.5)),
        ("products.dispersion[0]", lambda: chain(one_department(1, dispersion=np.nan), [[1]])),
        ("base_demand[1]", lambda: chain(one_department(2), [[1, -1]])),
        ("base_demand", lambda: chain(one_department(2), [[1, 1, 1]])),
        ("stores.key", lambda: Cells(
            one_department(1), Stores(key=[3, 3]), 1, calendar=[[1]], part_share=[[1]])),
        ("part", lambda: chain(one_department(1), [[1]]).sell_part(0)),
        ("threads", lambda: chain(one_department(1), [[1]], threads=0)),
    ],
)  # fmt: skip
def test_bad_input_is_named(path, make):
    with pytest.raises(InvalidInput) as error:
        make()
    assert error.value.path == path


def test_an_interrupted_order_of_the_day_is_refused():
    cells = chain(one_department(1), [[1.0]])
    cells.open_day(5)
    with pytest.raises(InvalidInput, match="close day 5 first"):
        cells.open_day(6)
    with pytest.raises(InvalidInput, match=r"quantity\[0\]: found -1"):
        cells.receive(0, [0], [-1], [0])
