"""The task that keeps the suggestion: learns at its start."""

from hansa.context import City
from hansa.desk.themes.learning import learn
from hansa.desk.themes.model import Catalogue
from hansa.desk.themes.suggester import Suggester


async def keep_themes(city: City, catalogue: Catalogue, suggester: Suggester) -> None:
    """Learn from the catalogue."""
    if catalogue.themes:
        suggester.learned = await learn(city.helper, catalogue, (), city.clock.now())
