"""Counter-based random streams: the same name gives the same numbers, always.

A stream is named by (seed, purpose, entity, time). It is Philox 4x64-10 (Salmon, Moraes, Dror and
Shaw 2011), bit for bit NumPy's, so that compiled kernels and Python draw from the same streams.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from backhaul_native import random as native

__all__ = ["generator", "purpose", "uniforms"]


def purpose(name: str) -> int:
    """Return the number of a named purpose (FNV-1a, 64 bit).

    Examples
    --------
    >>> hex(purpose(""))
    '0xcbf29ce484222325'
    """
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return value


def generator(seed: int, name: str, entity: int = 0, time: int = 0) -> np.random.Generator:
    """Return a NumPy generator on the stream (seed, purpose, entity, time).

    Examples
    --------
    >>> a, b = generator(1, "demand", 7, 3), generator(1, "demand", 7, 3)
    >>> bool(a.random() == b.random())
    True
    """
    # NumPy steps the counter before its first block, the kernels after it: start one block back.
    counter = (time << 64 | entity << 128) - 1
    counter %= 1 << 256
    key = (seed % (1 << 64)) | purpose(name) << 64
    return np.random.Generator(np.random.Philox(counter=counter, key=key))


def uniforms(
    seed: int, name: str, entity: int = 0, time: int = 0, n: int = 1
) -> npt.NDArray[np.float64]:
    """Return the first `n` uniforms on [0, 1) of a stream, drawn by the compiled side.

    Examples
    --------
    >>> uniforms(1, "demand", 7, 3, n=2).shape
    (2,)
    """
    return native.uniforms(seed, name, entity, time, n)
