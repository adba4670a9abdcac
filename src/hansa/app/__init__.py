"""One node assembled: settings -> rooms -> ASGI app, jobs and commands."""

from hansa.app.home import Home, HomeBusy
from hansa.app.node import Node

__all__ = ["Home", "HomeBusy", "Node"]
