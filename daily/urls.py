from django.urls import path

from daily.views import circle, levels, mine

app_name = "daily"
urlpatterns = [
    path("circles/<slug:slug>/daily/", circle.overview, name="circle"),
    path("circles/<slug:slug>/sign-in/", circle.sign_in, name="sign_in"),
    path("circles/<slug:slug>/make-up/", circle.make_up, name="make_up"),
    path("circles/<slug:slug>/levels/", levels.edit, name="levels"),
    path("me/daily/", mine.mine, name="mine"),
    path("me/daily/time-zone/", mine.time_zone, name="time_zone"),
]
