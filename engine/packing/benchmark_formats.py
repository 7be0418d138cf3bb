"""Reads the text formats in which packing benchmarks are published.

Several instances a file. A line ``name ...`` opens one; the number of its fields says which kind:

- container loading (Bischoff and Ratcliff 1995): ``name L W H types``, then one line a type
  ``l vl w vw h vh copies``, where vl = 1 says that the side l may stand upright;
- 3D bin packing without turning (Martello, Pisinger and Vigo 2000): ``name W H D n``, then n lines
  ``w h d``;
- 2D bin packing (Berkey and Wang 1987): ``name W H n``, then n lines ``w h``;
- 1D bin packing, one line an instance: ``name capacity n size[xcopies] ...``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from backhaul.engine.errors import InvalidInput
from backhaul.engine.packing.io import read_problem
from backhaul.engine.packing.problem import Bin, Item, PackingProblem, Rules

__all__ = ["read_any", "read_instances"]


def read_any(
    path: str | Path, *, instance: str | None = None, support: float = 0.0
) -> PackingProblem:
    """Read a JSON instance, or one instance of a text file.

    Parameters
    ----------
    path : str or Path
    instance : str, optional
        Name of the instance in a text file; default: the first.
    support : float
        Least support for instances of text files, which state none.

    Raises
    ------
    InvalidInput
        The file cannot be read, or has no such instance.
    """
    path = Path(path)
    try:
        head = path.read_text()[:200].lstrip()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput("file", str(path), f"a readable text file ({error})") from None
    if path.suffix == ".json" or head.startswith("{"):
        return read_problem(path)
    for problem in read_instances(path, support=support):
        if instance is None or problem.name == instance:
            return problem
    raise InvalidInput("--instance", instance or "", f"a name in {path.name}")


def _numbers(path: Path, number: int, line: str, count: int | None = None) -> list[int]:
    try:
        values = [int(word) for word in line.split()]
    except ValueError:
        raise InvalidInput(f"line {number}", line, "whole numbers", file=str(path)) from None
    if count is not None and len(values) != count:
        raise InvalidInput(f"line {number}", line, f"{count} numbers", file=str(path))
    return values


def read_instances(path: str | Path, *, support: float = 0.0) -> Iterator[PackingProblem]:
    """Yield all instances of a text file.

    Raises
    ------
    InvalidInput
        A line is not of the format.
    """
    path = Path(path)
    rules = Rules(min_support=support)
    lines = [
        (number, line)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if line.strip()
    ]
    at = 0
    while at < len(lines):
        number, head = lines[at]
        words = head.split()
        flat = len(words) > 3 and (at + 1 == len(lines) or not _is_row(lines[at + 1][1]))
        if flat:
            yield _one_dimensional(path, number, words)
            at += 1
            continue
        values = _numbers(path, number, " ".join(words[1:]))
        count = values[-1]
        rows = lines[at + 1 : at + 1 + count]
        if len(values) not in (3, 4) or len(rows) < count:
            raise InvalidInput(f"line {number}", head, "a complete instance", file=str(path))
        table = [_numbers(path, n, line) for n, line in rows]
        at += 1 + count
        yield _several_dimensional(path, number, words[0], values[:-1], table, rules)


def _is_row(line: str) -> bool:
    return all(word.lstrip("-").isdigit() for word in line.split())


def _one_dimensional(path: Path, number: int, words: list[str]) -> PackingProblem:
    try:
        capacity, count = int(words[1]), int(words[2])
        sizes: Counter[int] = Counter()
        for word in words[3:]:
            size, _, copies = word.partition("x")
            sizes[int(size)] += int(copies or 1)
    except ValueError:
        raise InvalidInput(
            f"line {number}", words[0], "name capacity n size[xcopies] ...", file=str(path)
        ) from None
    if sum(sizes.values()) != count:
        raise InvalidInput(
            f"line {number}", f"{sum(sizes.values())} sizes", f"{count} sizes", file=str(path)
        )
    return PackingProblem(
        bins=(Bin("bin", (capacity, 1, 1), copies=None),),
        items=tuple(
            Item(f"{k}", (size, 1, 1), copies=copies)
            for k, (size, copies) in enumerate(sorted(sizes.items(), reverse=True))
        ),
        problem="bin_packing",
        name=words[0],
        dimensions=1,
    )


def _several_dimensional(
    path: Path, number: int, name: str, room: list[int], table: list[list[int]], rules: Rules
) -> PackingProblem:
    width = len(table[0]) if table else 0
    if any(len(row) != width for row in table):
        raise InvalidInput(f"line {number}", name, "rows of one length", file=str(path))
    size = (room[0], room[1], room[2] if len(room) == 3 else 1)
    if width == 7 and len(room) == 3:
        items = []
        for k, (a, va, b, vb, c, vc, copies) in enumerate(table):
            words = [
                word
                for word in ("xyz", "xzy", "yxz", "yzx", "zxy", "zyx")
                if {"x": va, "y": vb, "z": vc}[word[2]]
            ]
            items.append(Item(f"{k}", (a, b, c), copies, orientations=tuple(words)))
        return PackingProblem((Bin("container", size),), tuple(items), rules=rules, name=name)
    if width != len(room):
        raise InvalidInput(f"line {number}", f"{width} numbers a row", "2, 3 or 7", file=str(path))
    return PackingProblem(
        bins=(Bin("bin", size, copies=None),),
        items=tuple(
            Item(f"{k}", (row[0], row[1], row[2] if width == 3 else 1))
            for k, row in enumerate(table)
        ),
        problem="bin_packing",
        rules=rules,
        name=name,
        dimensions=3 if width == 3 else 2,
    )
