"""Readers of order batching files, and the batching JSON format (``docs/slotting.md``).

Text formats are told apart by their first line: ``NAME :`` (Henn and Waescher 2012, in the layout
of Hessler and Irnich 2022), ``//NbLocations`` (Foodmart: Valle, Beasley and da Cunha 2017) and
``//alpha`` (van Gils, Caris, Ramaekers and Braekers 2019).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from backhaul.engine.errors import BackhaulError, InvalidInput
from backhaul.engine.slotting._json import keys, listed
from backhaul.engine.slotting.batching import BatchingProblem, PickTimes
from backhaul.engine.slotting.layout import Dock, Layout

__all__ = ["BATCHING_FORMAT", "batching_from_dict", "batching_to_dict", "read_batching"]

#: Name and version of the JSON format.
BATCHING_FORMAT = "backhaul-batching-1"

_DUE = ("release_s", "due_s", "handling_s")


def read_batching(path: Path | str, *, mixed_boxes: bool = False) -> BatchingProblem:
    """Read orders that are to be batched, from text or JSON.

    One unit of distance in a text file is taken as a metre.

    Parameters
    ----------
    path : path
        A file of one of the formats above, or JSON.
    mixed_boxes : bool
        For Foodmart files: whether a box may hold parts of several orders. If not (as Valle,
        Beasley and da Cunha 2017 have it), a cart is full when its boxes are.

    Raises
    ------
    InvalidInput
        The file cannot be read, or what it says contradicts itself.
    Infeasible
        An order that no cart holds.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="latin-1")
    except OSError as error:
        raise InvalidInput("FILE", str(error.strerror), "a readable file", file=str(path)) from None
    try:
        if path.suffix.lower() == ".json":
            return batching_from_dict(json.loads(text))
        if text.startswith("NAME"):
            return _henn(text)
        if text.startswith("//"):
            return _graph(text, mixed_boxes)
    except json.JSONDecodeError as error:
        raise InvalidInput("FILE", str(error), "valid JSON", file=str(path)) from None
    except InvalidInput as error:
        raise type(error)(error.path, error.value, error.allowed, file=str(path)) from None
    except (KeyError, IndexError, ValueError, TypeError) as error:
        if isinstance(error, BackhaulError):
            raise
        value = f"{type(error).__name__}: {error}"
        raise InvalidInput("FILE", value, "a whole file of its format", file=str(path)) from None
    allowed = "a first line beginning with NAME or //, or a .json file"
    raise InvalidInput("FILE", text[:40], allowed, file=str(path))


def _problem(
    layout: Layout,
    rows: list[list[int]],
    load: list[list[int]],
    capacity: list[int],
    limit_names: tuple[str, ...],
    names: list[str],
    times: PickTimes | None = None,
) -> BatchingProblem:
    pointer = np.concatenate([[0], np.cumsum([len(r) for r in rows], dtype=np.int64)])
    lines = np.array([s for r in rows for s in r], dtype=np.int64)
    return BatchingProblem(
        layout,
        pointer.astype(np.int64),
        lines,
        np.array(load, dtype=np.int64).reshape(len(rows), len(capacity)),
        np.array(capacity, dtype=np.int64),
        limit_names,
        tuple(names),
        times,
    )


def _mm(value: str | float) -> int:
    return round(float(value) * 1000)


def _henn(text: str) -> BatchingProblem:
    head: dict[str, str] = {}
    weight: dict[str, int] = {}
    places: dict[str, tuple[int, int]] = {}
    orders: list[list[tuple[str, int]]] = []
    section = ""
    for line in text.splitlines():
        words = line.split()
        if not words:
            continue
        if words[0].endswith("_SECTION"):
            section = words[0]
        elif words[0] != "ID":
            key, _, value = line.partition(":")
            head[key.strip()] = value.strip()
            if key.strip() == "NUM_ARTICLES_IN_ORDER" or (
                section == "ORDER_SECTION" and key.strip() == "NUM_ARTICLES"
            ):
                orders.append([])
        elif section == "ARTICLE_SECTION":
            weight[words[1]] = int(words[3]) if len(words) > 3 else 1
        elif section == "SKU_SECTION":
            if words[1] in places:
                allowed = "one place an article: scattered storage is another problem"
                raise InvalidInput(f"SKU_SECTION.ID {words[1]}", "two places", allowed)
            places[words[1]] = (int(words[3]), int(words[5]))
        else:
            if words[1] not in places:
                raise InvalidInput(
                    f"ORDER_SECTION.ID {words[1]}", "no place", "an article of the SKU_SECTION"
                )
            orders[-1].append((words[1], int(words[3])))
    aisles, cells = int(head["NUM_AISLES"]), int(head["NUM_CELLS"])
    low, step, high = (_mm(head[f"DISTANCE_{k}_TO_CELL"]) for k in ("BOTTOM", "CELL", "TOP"))
    # Cells are counted from the top.
    top = low + (cells - 1) * step + high
    articles = list(places)
    number = {article: i for i, article in enumerate(articles)}
    dock = Dock(
        int(head["DEPOT_AISLE"]),
        int(head["DEPOT_LOCATION"] == "top"),
        _mm(head["DISTANCE_TOP_OR_BOTTOM_TO_DEPOT"]),
    )
    layout = Layout.from_spots(
        np.arange(aisles) * _mm(head["DISTANCE_AISLE_TO_AISLE"]),
        [0, top],
        aisle=[places[a][0] for a in articles],
        y_mm=[top - high - places[a][1] * step for a in articles],
        starts=[dock],
        addresses=articles,
    )
    items = [sum(weight.get(a, 1) * q for a, q in order) for order in orders]
    capacity = int(head.get("PICKER_CAPACITY", max([1, *items])))
    return _problem(
        layout,
        [[number[a] for a, _ in order] for order in orders],
        [[i] for i in items],
        [capacity],
        ("items",),
        [f"order-{i}" for i in range(len(orders))],
    )


def _graph(text: str, mixed_boxes: bool) -> BatchingProblem:
    """Foodmart's and van Gils' files: a graph whose vertices say where in the aisles they lie."""
    tables: dict[str, list[list[str]]] = {}
    title = ""
    for line in text.splitlines():
        if line.startswith("//"):
            title = line[2:].strip()
        elif line.strip():
            tables.setdefault(title, []).append(line.replace('"', " ").split())

    def table(start: str) -> list[list[str]]:
        for key, rows in tables.items():
            if key.replace(" ", "").startswith(start):
                return rows
        raise InvalidInput(f"//{start}", "no such section", "a section of the format")

    def single(start: str) -> int:
        return int(table(start)[0][0])

    vertices = {
        int(r[0]): (float(r[1]), float(r[2]), r[3:])
        for rows in tables.values()
        for r in rows
        if len(r) > 3 and r[3] in ("depot", "product", "intersection")
    }
    corner, spot = {}, {}
    aisle_x: dict[int, int] = {}
    cross_y: dict[int, int] = {}
    for v, (x, y, words) in vertices.items():
        if words[0] == "intersection":
            aisle, cross = int(words[2]), int(words[6])
            corner[v] = (aisle, cross)
            aisle_x[aisle], cross_y[cross] = _mm(x), _mm(y)
        elif words[0] == "product":
            spot[v] = (int(words[2]), _mm(y))
    if not corner or not spot:
        raise InvalidInput("vertices", "none", "products and intersections with coordinates")
    _even(aisle_x, "aisle")
    _even(cross_y, "rank")
    homes: tuple[list[Dock], list[Dock]] = ([], [])
    for a, b, way in table("StartEnd"):
        for k, depot in enumerate((single("DepartingDepot"), single("ArrivalDepot"))):
            at, other = (int(a), int(b)) if k == 0 else (int(b), int(a))
            if at == depot and other in corner:
                homes[k].append(Dock(*corner[other], _mm(way)))
    products = {r[0]: int(r[1]) for r in table("IdxLocation")}
    size = {r[0]: int(r[2]) for r in table("IdxLocation")}
    places = sorted(spot)
    number = {v: i for i, v in enumerate(places)}
    layout = Layout.from_spots(
        [aisle_x[k] for k in sorted(aisle_x)],
        [cross_y[k] for k in sorted(cross_y)],
        aisle=[spot[v][0] for v in places],
        y_mm=[spot[v][1] for v in places],
        starts=homes[0],
        ends=homes[1] or homes[0],
        addresses=[f"location-{v}" for v in places],
    )
    due = any(key.replace(" ", "").startswith("IdxDueDate") for key in tables)
    raw = table("IdxDueDate" if due else "IdxMNbProd")
    first = 4 if due else 3
    lines = [list(zip(r[first::2], r[first + 1 :: 2], strict=True)) for r in raw]
    for r, pairs in zip(raw, lines, strict=True):
        for product, _ in pairs:
            if product not in products:
                raise InvalidInput(f"order {r[0]}", f"product {product}", "a product of the file")
    rows = [[number[products[p]] for p, _ in pairs] for pairs in lines]
    items = [sum(size[p] * int(q) for p, q in pairs) for pairs in lines]
    names = [f"order-{r[0]}" for r in raw]
    if due:
        speed = single("TimeToTravelOneDistanceUnit")
        picks = single("PickTime")
        times = PickTimes(
            single("NbPickers"),
            0,
            [int(r[1]) for r in raw],
            [picks * sum(int(q) for _, q in pairs) for pairs in lines],
            max(1, round(1000 / speed)),
            single("SetupTime"),
        )
        capacity = [single("CapaPicker")]
        return _problem(layout, rows, [[i] for i in items], capacity, ("items",), names, times)
    boxes, box = single("K"), single("B")
    if mixed_boxes:
        return _problem(layout, rows, [[i] for i in items], [boxes * box], ("items",), names)
    return _problem(layout, rows, [[int(r[1])] for r in raw], [boxes], ("boxes",), names)


def _even(positions: Mapping[int, int], what: str) -> None:
    if sorted(positions) != list(range(len(positions))):
        raise InvalidInput(f"vertices.{what}", sorted(positions), "numbers from 0 without a gap")


def batching_from_dict(data: object) -> BatchingProblem:
    """Build a problem from plain data of the JSON format.

    Raises
    ------
    InvalidInput
        A missing or unknown key, or a value that is not allowed, with its path.
    """
    top = ("format", "layout", "slots", "cart", "orders", "pickers")
    fields = keys("$", data, top, ("layout", "slots", "cart", "orders"))
    if fields.get("format", BATCHING_FORMAT) != BATCHING_FORMAT:
        raise InvalidInput("$.format", fields["format"], BATCHING_FORMAT)
    lay = keys(
        "layout",
        fields["layout"],
        ("aisle_x_mm", "cross_y_mm", "starts", "ends"),
        ("aisle_x_mm", "cross_y_mm"),
    )

    def docks(key: str) -> list[Dock]:
        names = ("aisle", "cross", "offset_mm")
        rows = enumerate(listed(f"layout.{key}", lay.get(key, [])))
        return [Dock(**keys(f"layout.{key}[{i}]", d, names, names[:1])) for i, d in rows]

    slots = [
        keys(f"slots[{i}]", s, ("id", "aisle", "y_mm"), ("id", "aisle", "y_mm"))
        for i, s in enumerate(listed("slots", fields["slots"]))
    ]
    layout = Layout.from_spots(
        lay["aisle_x_mm"],
        lay["cross_y_mm"],
        aisle=[s["aisle"] for s in slots],
        y_mm=[s["y_mm"] for s in slots],
        starts=docks("starts") or (Dock(0),),
        ends=docks("ends") or None,
        addresses=[str(s["id"]) for s in slots],
    )
    number = {address: i for i, address in enumerate(layout.addresses)}
    cart = keys("cart", fields["cart"], tuple(map(str, fields["cart"])), ())
    rows, load, names, when = [], [], [], []
    for i, raw in enumerate(listed("orders", fields["orders"])):
        path = f"orders[{i}]"
        order = keys(path, raw, ("id", "slots", "load", *_DUE), ("id", "slots", "load"))
        for address in order["slots"]:
            if str(address) not in number:
                raise InvalidInput(f"{path}.slots", address, "the id of a slot")
        taken = keys(f"{path}.load", order["load"], tuple(cart), tuple(cart))
        rows.append([number[str(a)] for a in order["slots"]])
        load.append([taken[name] for name in cart])
        names.append(str(order["id"]))
        when.append(order)
    times = None
    if "pickers" in fields:
        known = ("count", "speed_mm_s", "setup_s", "lateness_mm_per_s")
        pickers = keys("pickers", fields["pickers"], known, ("count",))
        for i, order in enumerate(when):
            if "due_s" not in order:
                raise InvalidInput(f"orders[{i}].due_s", "no value", "a due time: pickers need one")
        release, due, handling = ([order.get(key, 0) for order in when] for key in _DUE)
        times = PickTimes(pickers.pop("count"), release, due, handling, **pickers)
    limits = [cart[name] for name in cart]
    return _problem(layout, rows, load, limits, tuple(cart), names, times)


def batching_to_dict(problem: BatchingProblem) -> dict[str, Any]:
    """Return a problem as plain data of the JSON format."""
    lay, times = problem.layout, problem.times
    starts = lay.starts or (Dock(lay.depot_aisle, lay.depot_cross),)

    def docks(rows: tuple[Dock, ...]) -> list[dict[str, int]]:
        return [{"aisle": d.aisle, "cross": d.cross, "offset_mm": d.offset_mm} for d in rows]

    data: dict[str, Any] = {
        "format": BATCHING_FORMAT,
        "layout": {
            "aisle_x_mm": lay.aisle_x_mm.tolist(),
            "cross_y_mm": lay.cross_y_mm.tolist(),
            "starts": docks(starts),
            "ends": docks(lay.ends or starts),
        },
        "slots": [
            {"id": address, "aisle": aisle, "y_mm": y}
            for address, aisle, y in zip(
                lay.addresses, lay.slot_aisle.tolist(), lay.slot_y_mm.tolist(), strict=True
            )
        ],
        "cart": dict(zip(problem.limit_names, problem.capacity.tolist(), strict=True)),
        "orders": [],
    }
    when = {key: np.asarray(getattr(times, key)).tolist() for key in _DUE if times is not None}
    for i, name in enumerate(problem.names or ()):
        slots = problem.line_slots[problem.order_pointer[i] : problem.order_pointer[i + 1]]
        row: dict[str, Any] = {
            "id": name,
            "slots": [lay.addresses[s] for s in slots.tolist()],
            "load": dict(zip(problem.limit_names, problem.load[i].tolist(), strict=True)),
        }
        row.update({key: values[i] for key, values in when.items()})
        data["orders"].append(row)
    if times is not None:
        data["pickers"] = {
            "count": times.pickers,
            "speed_mm_s": times.speed_mm_s,
            "setup_s": times.setup_s,
            "lateness_mm_per_s": times.lateness_mm_per_s,
        }
    return data
