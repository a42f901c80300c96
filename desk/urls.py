from django.urls import path

from desk.views import pages

app_name = "desk"
urlpatterns = [
    path("circles/<slug:slug>/desk/", pages.desk, name="desk"),
    path("circles/<slug:slug>/desk/figures.csv", pages.figures, name="figures"),
    path("circles/<slug:slug>/desk/cohorts.csv", pages.cohorts, name="cohorts"),
]
