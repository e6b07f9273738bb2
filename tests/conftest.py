"""Fixtures every test may use."""

from __future__ import annotations

import pytest

from advisor.local import Advisor


@pytest.fixture(scope="session")
def advisor() -> Advisor:
    """The advisor over our own knowledge, loaded once."""
    return Advisor.load()
