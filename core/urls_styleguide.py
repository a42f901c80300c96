from django.urls import path

from core.views import styleguide

app_name = "styleguide"
urlpatterns = [
    path("", styleguide.styleguide, name="index"),
    path("upload/", styleguide.upload, name="upload"),
    path("more/", styleguide.more, name="more"),
    path("like/", styleguide.like, name="like"),
]
