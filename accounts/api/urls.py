from django.urls import path

from accounts.api import credit, distance, facts, issuers, views

urlpatterns = [
    path("me/", views.MeView.as_view(), name="me"),
    path("me/credit/", credit.CreditView.as_view(), name="credit"),
    path("me/credit/changes/<int:pk>/appeal/", credit.CreditAppealView.as_view(), name="credit_appeal"),
    path("me/distance/", distance.DistanceView.as_view(), name="distance"),
    path("me/facts/", facts.MyFactsView.as_view(), name="facts"),
    path("me/facts/<int:pk>/", facts.MyFactView.as_view(), name="fact"),
    path("issuers/subjects/", issuers.SubjectsView.as_view(), name="issuer_subjects"),
    path("issuers/facts/", issuers.IssuerFactsView.as_view(), name="issuer_facts"),
    path("issuers/facts/<int:pk>/revoke/", issuers.IssuerFactView.as_view(), name="issuer_revoke"),
    path("people/<str:username>/", facts.ProfileView.as_view(), name="person"),
    path("people/<str:username>/block/", distance.BlockView.as_view(), name="person_block"),
    path("people/<str:username>/mute/", distance.MuteView.as_view(), name="person_mute"),
]
