from django.urls import path

from core.views import webapp

app_name = "webapp"
urlpatterns = [
    path("manifest.webmanifest", webapp.manifest, name="manifest"),
    path("offline/", webapp.offline, name="offline"),
    path("sw.js", webapp.service_worker, name="service_worker"),
]
