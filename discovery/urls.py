from django.urls import path

from discovery.views import pages, welcome

app_name = "discovery"
urlpatterns = [
    path("discover/hot/", pages.hot, name="hot"),
    path("discover/rising/", pages.rising, name="rising"),
    path("discover/for-you/", pages.for_you, name="for_you"),
    path("discover/people/", pages.people, name="people"),
    path("discover/dismissed/", pages.dismissed, name="dismissed"),
    path("discover/circles/<slug:slug>/dismiss/", pages.dismiss_circle, name="dismiss_circle"),
    path("discover/people/<str:username>/dismiss/", pages.dismiss_person, name="dismiss_person"),
    path("circles/<slug:slug>/hot/", pages.hot_in_circle, name="hot_in_circle"),
    path("welcome/", welcome.welcome, name="welcome"),
]
