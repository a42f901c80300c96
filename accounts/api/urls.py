from django.urls import path, re_path

from accounts.api import credit, distance, facts, follows, identity, issuers, outside_score, views

urlpatterns = [
    path("me/", views.MeView.as_view(), name="me"),
    path("me/credit/", credit.CreditView.as_view(), name="credit"),
    path("me/credit/changes/<int:pk>/appeal/", credit.CreditAppealView.as_view(), name="credit_appeal"),
    path("me/distance/", distance.DistanceView.as_view(), name="distance"),
    path("me/facts/", facts.MyFactsView.as_view(), name="facts"),
    path("me/facts/<int:pk>/", facts.MyFactView.as_view(), name="fact"),
    path("me/following/", follows.FollowSettingsView.as_view(), name="follow_settings"),
    path("me/followers/<str:username>/", follows.FollowerView.as_view(), name="follower"),
    path("me/identity/", identity.IdentityView.as_view(), name="identity"),
    path("me/outside-score/", outside_score.OutsideScoreView.as_view(), name="outside_score"),
    path("issuers/subjects/", issuers.SubjectsView.as_view(), name="issuer_subjects"),
    path("issuers/facts/", issuers.IssuerFactsView.as_view(), name="issuer_facts"),
    path("issuers/facts/<int:pk>/revoke/", issuers.IssuerFactView.as_view(), name="issuer_revoke"),
    path("people/<str:username>/", facts.ProfileView.as_view(), name="person"),
    path("people/<str:username>/block/", distance.BlockView.as_view(), name="person_block"),
    path("people/<str:username>/mute/", distance.MuteView.as_view(), name="person_mute"),
    path("people/<str:username>/follow/", follows.FollowView.as_view(), name="person_follow"),
    re_path(
        r"^people/(?P<username>[^/]+)/(?P<which>followers|following|friends)/$",
        follows.FollowListView.as_view(),
        name="person_follows",
    ),
]
