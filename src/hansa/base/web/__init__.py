"""The web rim that every room with routes shares; imports nothing above base."""

from hansa.base.web.app import WORLD_HEADER, WebApp, is_loopback
from hansa.base.web.negotiate import accepted, media_type
from hansa.base.web.openapi import openapi
from hansa.base.web.request import MIB, Params, Request, parse_json
from hansa.base.web.response import (
    Response,
    event_stream,
    json_response,
    problem_response,
    set_cookie,
    sse,
    stream_response,
    text_response,
)
from hansa.base.web.route import Access, Handler, Operation, Parameter, Route
from hansa.base.web.router import Router

__all__ = [
    "MIB",
    "WORLD_HEADER",
    "Access",
    "Handler",
    "Operation",
    "Parameter",
    "Params",
    "Request",
    "Response",
    "Route",
    "Router",
    "WebApp",
    "accepted",
    "event_stream",
    "is_loopback",
    "json_response",
    "media_type",
    "openapi",
    "parse_json",
    "problem_response",
    "set_cookie",
    "sse",
    "stream_response",
    "text_response",
]
