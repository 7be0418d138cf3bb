"""Files of items: CSV (one row an item) or JSON, and the answer as CSV."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from backhaul.engine.errors import InvalidInput
from backhaul.engine.replenishment.problem import ReplenishmentProblem
from backhaul.engine.replenishment.solution import ReplenishmentSolution

__all__ = ["read", "write"]

REAL = ("mean", "variance_to_mean", "setup", "holding", "backorder", "service_level")
WHOLE = ("lead_time", "review", "case_pack", "minimum_order", "shelf_capacity")
#: Short names of the literature.
ALIASES = {
    "var_over_mean": "variance_to_mean",
    "K": "setup",
    "h": "holding",
    "b": "backorder",
    "L": "lead_time",
    "R": "review",
}
#: Columns that may stand in a file beside the items: names, and answers to compare with.
IGNORED = ("item", "store", "product", "name", "s", "S", "avg_cost", "cost")


def read(path: str | Path) -> ReplenishmentProblem:
    """Read items from a CSV or JSON file.

    CSV: a header and one row an item. Columns: ``mean`` (required), ``variance_to_mean`` (or
    ``var_over_mean``; 1), ``lead_time`` (0), ``review`` (1), ``setup`` (``K``; 0), ``holding``
    (``h``; 1), ``backorder`` (``b``), ``service`` and ``service_level``, ``case_pack`` (1),
    ``minimum_order`` (0), ``shelf_capacity`` (0: none), ``policy`` (s_S; the same in all rows),
    ``dist`` (``poisson`` or ``negbin``). ``item``, ``store``, ``product``, ``name`` and the answer
    columns ``s``, ``S``, ``avg_cost``, ``cost`` may be there and are not read.
    JSON: an object whose keys are the parameters of `ReplenishmentProblem`, values lists or numbers.

    Parameters
    ----------
    path : str or Path
        The file; its name ends in ``.json``, or it is read as CSV.

    Returns
    -------
    ReplenishmentProblem

    Raises
    ------
    InvalidInput
        The file cannot be read, an unknown or missing column, or a value that is not allowed: the
        message names file, column and row.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "items.csv"
    ...     _ = file.write_text(chr(10).join(["mean,K,b", "10,64,9"]))
    ...     problem = read(file)
    >>> float(problem.setup[0]), float(problem.backorder[0])
    (64.0, 9.0)
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not text"
        raise InvalidInput("FILE", str(path), f"a readable file ({reason})") from None
    try:
        if path.suffix.lower() == ".json":
            return ReplenishmentProblem.from_dict(_json(text))
        return ReplenishmentProblem.from_dict(_csv(text))
    except InvalidInput as error:
        raise type(error)(error.path, error.value, error.allowed, file=path.name) from None


def _json(text: str) -> dict[str, Any]:
    try:
        plain = json.loads(text)
    except json.JSONDecodeError as error:
        raise InvalidInput(f"line {error.lineno}", error.msg, "JSON") from None
    if not isinstance(plain, dict):
        raise InvalidInput("file", type(plain).__name__, "an object with columns")
    return {ALIASES.get(str(key), str(key)): value for key, value in plain.items()}


def _csv(text: str) -> dict[str, Any]:
    rows = list(csv.DictReader(io.StringIO(text)))
    if not rows:
        raise InvalidInput("file", "no items", "a header and at least one row")
    plain: dict[str, Any] = {}
    for key in rows[0]:
        name = ALIASES.get(key, key)
        cells = [row[key] for row in rows]
        for i, cell in enumerate(cells):
            if cell is None or None in rows[i]:
                raise InvalidInput(f"line {i + 2}", "too few or many cells", "one cell a column")
        if name in REAL or name in WHOLE:
            plain[name] = [_number(name, i, cell) for i, cell in enumerate(cells)]
        elif name in ("policy", "service"):
            words = sorted(set(cells))
            if len(words) > 1:
                raise InvalidInput(name, ", ".join(words), "the same word in all rows")
            plain[name] = words[0] or None
        elif name == "dist":
            ratios = [row.get("var_over_mean", row.get("variance_to_mean", "1")) for row in rows]
            for i, (cell, ratio) in enumerate(zip(cells, ratios, strict=True)):
                if cell not in ("poisson", "negbin"):
                    raise InvalidInput(f"dist[{i}]", cell, "poisson or negbin")
                if cell == "poisson" and _number("variance_to_mean", i, ratio) != 1:
                    raise InvalidInput(f"variance_to_mean[{i}]", ratio, "1 for poisson")
        elif name not in IGNORED:
            known = ", ".join((*REAL, *WHOLE, "policy", "service", "dist", *IGNORED))
            raise InvalidInput(name, "an unknown column", f"one of {known}")
    return plain


def _number(name: str, row: int, cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        raise InvalidInput(f"{name}[{row}]", cell, "a number") from None


def write(solution: ReplenishmentSolution) -> str:
    """Return the answer as CSV text: one row an item with s, S and cost, in the order of the file.

    Examples
    --------
    >>> from backhaul import replenishment
    >>> problem = replenishment.ReplenishmentProblem(mean=[10.0], setup=64.0, backorder=9.0)
    >>> print(write(replenishment.solve(problem)).strip())
    item,s,S,cost,bound,solved
    0,6,40,35.021555272,35.021555272,1
    """
    lines = ["item,s,S,cost,bound,solved"]
    columns = zip(
        solution.reorder_level.tolist(),
        solution.order_up_to.tolist(),
        solution.cost_rate.tolist(),
        solution.bound_rate.tolist(),
        solution.solved.tolist(),
        strict=True,
    )
    for i, (s, top, cost, bound, solved) in enumerate(columns):
        shown = f"{cost:.9f},{bound:.9f}" if solved else ","
        lines.append(f"{i},{s},{top},{shown},{int(solved)}")
    return "\n".join(lines) + "\n"
