from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework import exceptions
from rest_framework.permissions import AllowAny
from rest_framework.views import APIView


class DocsView(SpectacularSwaggerSplitView):
    """A page to read and try the API, under the same strict policy as every other page."""

    permission_classes = [AllowAny]
    url_name = "api:schema"
    template_name = "openplatform/docs.html"


@extend_schema(exclude=True)
class UnknownView(APIView):
    """Every address the API does not have: a problem, not a page."""

    authentication_classes = []
    permission_classes = [AllowAny]

    def initial(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        raise exceptions.NotFound(_("The API has no such address. Addresses end with a slash."))
