from django.urls import path

from discovery.api import views

urlpatterns = [
    path("discovery/hot/", views.HotView.as_view(), name="hot"),
    path("discovery/rising/", views.RisingView.as_view(), name="rising"),
    path("discovery/circles/", views.ForYouView.as_view(), name="for_you"),
    path("discovery/people/", views.PeopleView.as_view(), name="people_known"),
    path("discovery/welcome/", views.WelcomeView.as_view(), name="welcome"),
    path("discovery/dismissed/circles/<slug:slug>/", views.DismissedCircleView.as_view(), name="dismissed_circle"),
    path("discovery/dismissed/people/<str:username>/", views.DismissedPersonView.as_view(), name="dismissed_person"),
    path("circles/<slug:slug>/hot/", views.HotInCircleView.as_view(), name="circle_hot"),
]
