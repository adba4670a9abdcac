"""A real city on disk, for every test of the graph."""

import pytest

from hansa.context import City
from hansa.guard import Grant, View


@pytest.fixture
def grant(city: City) -> Grant:
    return Grant("ann", "administrator", "operation", city.clock.now(), city.world)


@pytest.fixture
def view(city: City, grant: Grant) -> View:
    return city.guard.view(grant)
