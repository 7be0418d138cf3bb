"""Worlds that several tests share."""

import pytest

from backhaul.scenarios import resolve


@pytest.fixture(scope="session")
def small_world():
    """The demo with 120 products over two weeks: every department at work, in about a second."""
    return resolve("demo", overrides={"catalogue.product_count": 120, "weeks": 2})
