from django.urls import include, path

from feeds import views

parts = [
    path("following/", views.following, name="following"),
    path("aside/", views.aside, name="aside"),
    path("new/", views.new, name="new"),
    path("new/count/", views.new_count, name="new_count"),
]
urlpatterns = [
    path("", views.home, name="home"),
    path("home/", include((parts, "feeds"))),
]
