from django.urls import path

from accounts.api import credit, distance, views

urlpatterns = [
    path("me/", views.MeView.as_view(), name="me"),
    path("me/credit/", credit.CreditView.as_view(), name="credit"),
    path("me/credit/changes/<int:pk>/appeal/", credit.CreditAppealView.as_view(), name="credit_appeal"),
    path("me/distance/", distance.DistanceView.as_view(), name="distance"),
    path("people/<str:username>/block/", distance.BlockView.as_view(), name="person_block"),
    path("people/<str:username>/mute/", distance.MuteView.as_view(), name="person_mute"),
]
