from django.urls import path

from desk.views import held, pages, telling

app_name = "desk"
urlpatterns = [
    path("circles/<slug:slug>/desk/", pages.desk, name="desk"),
    path("circles/<slug:slug>/desk/announce/", telling.announce, name="announce"),
    path("circles/<slug:slug>/desk/welcome/", telling.welcome, name="welcome"),
    path("circles/<slug:slug>/desk/rules/", telling.rules, name="rules"),
    path("circles/<slug:slug>/desk/words/", telling.words, name="words"),
    path("circles/<slug:slug>/desk/held/", held.queue, name="held"),
    path("circles/<slug:slug>/desk/figures.csv", pages.figures, name="figures"),
    path("circles/<slug:slug>/desk/cohorts.csv", pages.cohorts, name="cohorts"),
]
