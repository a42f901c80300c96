from django.urls import path

from feeds.api import views

urlpatterns = [
    path("home/", views.HomeView.as_view(), name="home"),
    path("home/following/", views.FollowedView.as_view(), name="home_following"),
]
