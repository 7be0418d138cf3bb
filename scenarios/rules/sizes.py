"""Sizes and packs of products, from what the package says and a rule by department."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from backhaul.scenarios.rules.draws import normals, product_uniforms
from backhaul.scenarios.rules.range import Range
from backhaul.scenarios.rules.table import ProductTable
from backhaul.scenarios.schema.catalogue import Catalogue
from backhaul.sim.world.arrays import Ints

__all__ = ["Sizes", "net_weight_g", "sizes"]

#: Grams of goods in one of what a package text counts (fluid measures as water).
GRAMS = {
    "OZ": 28.35,
    "OZS": 28.35,
    "Z": 28.35,
    "LB": 453.6,
    "LBS": 453.6,
    "GAL": 3785.0,
    "GA": 3785.0,
    "QT": 946.0,
    "PT": 473.0,
    "L": 1000.0,
    "LT": 1000.0,
    "LTR": 1000.0,
    "ML": 1.0,
    "KG": 1000.0,
    "GM": 1.0,
    "G": 1.0,
}
TEXT = re.compile(r"(?:(\d+)/)?(\d*\.?\d+)\s*/?\s*([A-Z]+)$")
#: In the text on the type, cans or bottles that a package holds: "12/18&15PK", "6PK/4PK".
MULTIPACK = re.compile(r"\b(\d+)(?:[/&]\d+)*PK")
#: Packs that the trade uses.
PACKS = np.array([1, 2, 4, 6, 8, 10, 12, 15, 16, 18, 20, 24, 30, 36, 40, 48])
#: A 48 x 40 inch pallet.
PALLET_MM = (1219, 1016)
LIGHTEST_G = 15.0


@dataclass(frozen=True)
class Sizes:
    """Units, cases and pallets: columns of length P, millimetres and grams."""

    unit_mm: Ints
    unit_g: Ints
    case_pack: Ints
    case_mm: Ints
    case_g: Ints
    case_per_pallet: Ints


def net_weight_g(text: str | None, kind: str = "") -> float | None:
    """Read the weight of the goods from the texts on a package, if one is a weight or a measure.

    Examples
    --------
    >>> net_weight_g("16 OZ"), net_weight_g("12 CT")
    (453.6, None)
    >>> net_weight_g("12 OZ", "SOFT DRINKS 6PK/4PK CAN"), net_weight_g("10/6.75 OZ")
    (2041.2, 1913.6)
    """
    match = TEXT.search(text.strip()) if text else None
    if match is None or match[3] not in GRAMS:
        return None
    pack = MULTIPACK.search(kind)
    count = int(match[1] or (pack[1] if pack else 1))
    grams = round(count * float(match[2]) * GRAMS[match[3]], 1)
    return grams if grams >= LIGHTEST_G else None


def sizes(chosen: Range, catalogue: Catalogue, seed: int, stated: ProductTable) -> Sizes:
    """Generate the sizes of every product.

    Weight: what the package says, else the department's `unit_weight_g` times a lognormal draw
    (s.d. of the log 0.4), plus packaging. Volume: weight over density and the share of the package
    that is filled. Shape: the base is `base_over_height` times the height wide, times a draw. Case:
    the pack of the trade that comes nearest to `case_weight_g`, in the layout nearest to a cube. What
    the table of products states goes before all this.
    """
    departments = [catalogue.departments[row] for row in chosen.department]
    ids = chosen.facts["product_id"].to_numpy()
    drawn = product_uniforms(seed, "sizes", ids, 5)
    spread = np.exp(0.4 * normals(drawn[:, :2]))
    fallback = np.array([d.unit_weight_g for d in departments]) * spread
    heaviest = np.array([d.heaviest_g for d in departments])
    fallback = np.clip(fallback, LIGHTEST_G, heaviest)
    texts = zip(chosen.facts["package_size"], chosen.facts["type"], strict=True)
    printed = [net_weight_g(text, kind or "") for text, kind in texts]
    # what is heavier than a customer's unit is the text on a shipping case
    net = np.array(
        [
            own if own is not None and own <= most else other
            for own, most, other in zip(printed, heaviest, fallback, strict=True)
        ]
    )
    unit_g = np.maximum(np.rint(net * (1 + catalogue.packaging_share)), 1)
    unit_g = stated.over("weight_g", ids, unit_g)
    density = np.array([d.density_g_per_cm3 * d.fill_share for d in departments])
    volume_mm3 = net / density * 1000.0
    flat = np.array([d.base_over_height for d in departments]) * (0.8 + 0.4 * drawn[:, 2])
    oblong = 1.0 + 0.6 * drawn[:, 3]
    height = (volume_mm3 / (flat**2)) ** (1 / 3)
    width = height * flat * np.sqrt(oblong)
    depth = height * flat / np.sqrt(oblong)
    generated = np.maximum(np.rint(np.stack([width, depth, height], axis=1)), 15)
    named = zip(("width_mm", "depth_mm", "height_mm"), generated.T, strict=True)
    columns = [stated.over(name, ids, column) for name, column in named]
    unit_mm = np.stack(columns, axis=1).astype(np.int64)

    low = np.array([d.case_pack[0] for d in departments])
    high = np.array([d.case_pack[1] for d in departments])
    wanted = np.clip(catalogue.case_weight_g / unit_g, low, high)
    inside = (PACKS[None, :] >= low[:, None]) & (PACKS[None, :] <= high[:, None])
    off = np.where(inside, np.abs(np.log(PACKS[None, :] / wanted[:, None])), np.inf)
    pack = np.where(inside.any(axis=1), PACKS[np.argmin(off, axis=1)], low).astype(np.int64)
    pack = stated.over("case_pack", ids, pack).astype(np.int64)
    case_mm = np.array(
        [
            _case(width, depth, height, int(n))
            for (width, depth, height), n in zip(unit_mm, pack, strict=True)
        ]
    )
    case_g = np.rint(pack * unit_g * 1.02 + 150).astype(np.int64)
    return Sizes(
        unit_mm=unit_mm,
        unit_g=unit_g.astype(np.int64),
        case_pack=pack,
        case_mm=case_mm,
        case_g=case_g,
        case_per_pallet=_pallet(case_mm, case_g, catalogue),
    )


def _case(width: int, depth: int, height: int, pack: int) -> tuple[int, int, int]:
    """Lay `pack` units in rows, columns and layers with the least surface; 8 mm of board."""
    best: tuple[int, int, int] | None = None
    least = float("inf")
    for rows in range(1, pack + 1):
        if pack % rows:
            continue
        for columns in range(1, pack // rows + 1):
            if pack // rows % columns:
                continue
            w, d, h = width * rows, depth * columns, height * (pack // rows // columns)
            surface = w * d + d * h + h * w
            if surface < least:
                best, least = (w + 8, d + 8, h + 8), surface
    assert best is not None
    return best


def _pallet(case_mm: Ints, case_g: Ints, catalogue: Catalogue) -> Ints:
    """Count cases on a pallet: the better of two straight layouts, by height and weight."""
    length, width = PALLET_MM
    one = (length // case_mm[:, 0]) * (width // case_mm[:, 1])
    other = (length // case_mm[:, 1]) * (width // case_mm[:, 0])
    layers = np.maximum(catalogue.pallet_height_mm // case_mm[:, 2], 1)
    by_weight = catalogue.pallet_weight_g // case_g
    count: Ints = np.maximum(np.minimum(np.maximum(one, other) * layers, by_weight), 1)
    return count
