from django.urls import path

from desk.api import telling, views

urlpatterns = [
    path("circles/<slug:slug>/figures/", views.FiguresView.as_view(), name="figures"),
    path("circles/<slug:slug>/member-notices/", telling.MemberNoticesView.as_view(), name="member_notices"),
    path("circles/<slug:slug>/welcome/", telling.WelcomeView.as_view(), name="welcome"),
    path("circles/<slug:slug>/words/", telling.WordsView.as_view(), name="words"),
    path("circles/<slug:slug>/held/", telling.HeldView.as_view(), name="held"),
    path("circles/<slug:slug>/held/<int:pk>/", telling.HeldOneView.as_view(), name="held_one"),
]
