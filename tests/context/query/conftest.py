"""What the tests of queries lean on."""

import pytest

from tests.context.query.shelf import Shelf


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    """Tables as the store has them, in memory, empty between uses."""
    return Shelf()
