from django.urls import path

from accounts.api import distance, views

urlpatterns = [
    path("me/", views.MeView.as_view(), name="me"),
    path("me/distance/", distance.DistanceView.as_view(), name="distance"),
    path("people/<str:username>/block/", distance.BlockView.as_view(), name="person_block"),
    path("people/<str:username>/mute/", distance.MuteView.as_view(), name="person_mute"),
]
