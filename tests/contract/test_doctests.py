"""Every example in a docstring is run."""

import doctest
import importlib
import pkgutil

import pytest

import backhaul

NAMES = sorted(
    info.name
    for info in pkgutil.walk_packages(backhaul.__path__, "backhaul.")
    if not info.name.endswith("__main__") and not info.name.rsplit(".", 1)[-1].startswith("_")
)


@pytest.mark.parametrize("name", NAMES)
def test_examples(name):
    """An example that no longer runs misleads its reader."""
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert result.failed == 0
