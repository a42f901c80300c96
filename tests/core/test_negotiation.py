"""The quick way to JSON says what REST framework would have said."""

import pytest
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BrowsableAPIRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from core.api.negotiation import Negotiation


@pytest.mark.parametrize(
    "accept",
    [
        None,
        "*/*",
        "application/json",
        "application/json; indent=2",
        "text/html",
        "application/*;q=0.5, text/html",
        "",
        "x",
    ],
)
@pytest.mark.parametrize("query", ["", "?format=json", "?format=api", "?format=xml", "?before=1"])
@pytest.mark.parametrize(
    "renderers", [[JSONRenderer()], [JSONRenderer(), BrowsableAPIRenderer()], [BrowsableAPIRenderer()]]
)
def test_it_chooses_as_rest_framework_does(accept, query, renderers):
    headers = {} if accept is None else {"accept": accept}
    request = Request(APIRequestFactory().get(f"/{query}", headers=headers))
    assert chosen(Negotiation(), request, renderers) == chosen(DefaultContentNegotiation(), request, renderers)


def chosen(negotiation, request, renderers):
    try:
        return negotiation.select_renderer(request, renderers)
    except Exception as error:
        return type(error)


def test_what_cannot_be_had_is_refused():
    request = Request(APIRequestFactory().get("/", headers={"accept": "text/csv"}))
    with pytest.raises(NotAcceptable):
        Negotiation().select_renderer(request, [JSONRenderer()])
