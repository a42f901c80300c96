from django.urls import path

from daily.api import goals, medals, views

urlpatterns = [
    path("me/medals/", medals.MyMedalsView.as_view(), name="my_medals"),
    path("me/medals/<int:pk>/", medals.MyMedalView.as_view(), name="my_medal"),
    path("me/on-this-day/", medals.OnThisDayView.as_view(), name="on_this_day"),
    path("people/<str:username>/medals/", medals.PersonMedalsView.as_view(), name="person_medals"),
    path("circles/<slug:slug>/medals/", medals.CircleMedalsView.as_view(), name="circle_medals"),
    path("circles/<slug:slug>/medals/<int:pk>/", medals.CircleMedalView.as_view(), name="circle_medal"),
    path("circles/<slug:slug>/medals/<int:pk>/holders/", medals.HoldersView.as_view(), name="circle_medal_holders"),
    path(
        "circles/<slug:slug>/medals/<int:pk>/holders/<int:award>/",
        medals.HolderView.as_view(),
        name="circle_medal_holder",
    ),
    path("circles/<slug:slug>/goals/", goals.GoalsView.as_view(), name="goals"),
    path("circles/<slug:slug>/goals/<int:pk>/", goals.GoalView.as_view(), name="goal"),
    path("circles/<slug:slug>/goals/<int:pk>/running/", goals.GoalRunningView.as_view(), name="goal_running"),
    path("circles/<slug:slug>/daily/", views.DailyView.as_view(), name="daily"),
    path("circles/<slug:slug>/sign-in/", views.SignInView.as_view(), name="sign_in"),
    path("circles/<slug:slug>/levels/", views.LevelsView.as_view(), name="levels"),
]
