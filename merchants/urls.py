from django.urls import path

from merchants import views

app_name = "merchants"
urlpatterns = [
    path("merchants/", views.discover, name="discover"),
    path("merchants/apply/", views.apply, name="apply"),
    path("merchants/<slug:slug>/", views.merchant, name="merchant"),
    path("merchants/<slug:slug>/follow/", views.follow, name="follow"),
    path("merchants/<slug:slug>/unfollow/", views.unfollow, name="unfollow"),
    path("merchants/<slug:slug>/mute/", views.mute, name="mute"),
    path("merchants/<slug:slug>/announce/", views.announce, name="announce"),
]
