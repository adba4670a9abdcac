"""RSS and Atom feeds, item by item."""
