from django.urls import path

from daily.api import views

urlpatterns = [
    path("circles/<slug:slug>/daily/", views.DailyView.as_view(), name="daily"),
    path("circles/<slug:slug>/sign-in/", views.SignInView.as_view(), name="sign_in"),
    path("circles/<slug:slug>/levels/", views.LevelsView.as_view(), name="levels"),
]
