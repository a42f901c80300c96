"""`/api/v1/`: each app brings its own routes, here they come together."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView

from openplatform.token import TokenView
from openplatform.views import DocsView, UnknownView

app_name = "api"
urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
    path("token/", TokenView.as_view(), name="token"),
    path("", include("circles.api.urls")),  # asked for most, so looked through early
    path("", include("accounts.api.urls")),
    path("", include("daily.api.urls")),
    path("", include("desk.api.urls")),
    path("", include("merchants.api.urls")),
    path("", include("feeds.api.urls")),
    path("", include("notifications.api.urls")),
    path("", include("search.api.urls")),
    path("", include("discovery.api.urls")),
    re_path(r"", UnknownView.as_view()),
]
