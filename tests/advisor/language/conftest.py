"""One engine over the small talking knowledge base."""

from __future__ import annotations

import pytest

from advisor.engine.recommend import Engine
from tests.packs.talk import talking_knowledge


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The engine over `tests.packs.talk`."""
    return Engine(talking_knowledge())
