from django.urls import path

from daily.views import circle, goals, levels, medals, mine

app_name = "daily"
urlpatterns = [
    path("circles/<slug:slug>/daily/", circle.overview, name="circle"),
    path("circles/<slug:slug>/sign-in/", circle.sign_in, name="sign_in"),
    path("circles/<slug:slug>/make-up/", circle.make_up, name="make_up"),
    path("circles/<slug:slug>/levels/", levels.edit, name="levels"),
    path("circles/<slug:slug>/medals/", medals.of_circle, name="circle_medals"),
    path("circles/<slug:slug>/medals/<int:pk>/", medals.medal, name="circle_medal"),
    path("circles/<slug:slug>/goals/", goals.overview, name="goals"),
    path("circles/<slug:slug>/goals/new/", goals.begin, name="begin_goal"),
    path("circles/<slug:slug>/goals/<int:pk>/", goals.goal, name="goal"),
    path("circles/<slug:slug>/goals/<int:pk>/change/", goals.change, name="change_goal"),
    path("circles/<slug:slug>/goals/<int:pk>/end/", goals.end, name="end_goal"),
    path("circles/<slug:slug>/goals/<int:pk>/certificate/", goals.certificate, name="goal_certificate"),
    path("medals/<int:pk>/", medals.certificate, name="certificate"),
    path("people/<str:username>/medals/", medals.of_person, name="person_medals"),
    path("me/medals/", medals.mine, name="my_medals"),
    path("me/medals/<int:pk>/shown/", medals.show, name="show_medal"),
    path("me/daily/", mine.mine, name="mine"),
    path("me/daily/time-zone/", mine.time_zone, name="time_zone"),
]
