from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from accounts.views.logout import logout
from accounts.views.signup import signup
from core import icons

urlpatterns = [
    path("admin/", admin.site.urls),
    path("i18n/setlang/", set_language, name="set_language"),
    path("accounts/signup/", signup, name="account_signup"),
    path("accounts/logout/", logout, name="account_logout"),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", RedirectView.as_view(pattern_name="accounts:security"), name="mfa_overview"),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("api/v1/", include("openplatform.urls")),  # before those without a prefix, which are looked through one by one
    path("", include("feeds.urls")),
    path("", include("circles.urls")),  # asked for most, so looked through early
    path("", include("accounts.urls")),
    path("", include("daily.urls")),
    path("", include("desk.urls")),
    path("", include("merchants.urls")),
    path("", include("notifications.urls")),
    path("", include("discovery.urls")),
    path("", include("core.urls_webapp")),
    path("", include("search.urls")),
    path("icons/<slug:digest>.svg", icons.serve, name="icons"),
]

handler400 = "core.views.errors.bad_request"
handler403 = "core.views.errors.forbidden"
handler404 = "core.views.errors.not_found"
handler500 = "core.views.errors.failure"

if settings.DEBUG or settings.DEMO:
    urlpatterns += [
        path("styleguide/", include("core.urls_styleguide")),
        path("dev/", include("core.urls_development")),
    ]
