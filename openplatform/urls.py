"""`/api/v1/`: each app brings its own routes, here they come together."""

from importlib.util import find_spec

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView

from openplatform.token import TokenView
from openplatform.views import DocsView, UnknownView

app_name = "api"
_APPS = ("accounts", "circles", "merchants", "feeds", "notifications")
urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
    path("token/", TokenView.as_view(), name="token"),
    *(path("", include(f"{app}.api.urls")) for app in _APPS if find_spec(f"{app}.api.urls")),
    re_path(r"", UnknownView.as_view()),
]
