from django.urls import path

from accounts.views import credit, distance, me, privacy, verify

app_name = "accounts"
urlpatterns = [
    path("me/", me.me, name="me"),
    path("me/edit/", me.edit_profile, name="edit_profile"),
    path("me/verify/", verify.verify, name="verify"),
    path("me/credit/", credit.credit, name="credit"),
    path("me/credit/changes/<int:pk>/appeal/", credit.appeal, name="credit_appeal"),
    path("me/blocked/", distance.blocked, name="blocked"),
    path("me/verify/waiting/", verify.waiting, name="verify_waiting"),
    path("me/verify/cancel/", verify.cancel, name="verify_cancel"),
    path("me/verify/back/", verify.back, name="verify_back"),
    path("me/privacy/", privacy.privacy, name="privacy"),
    path("identity/callback/<slug:provider>/", verify.callback, name="identity_callback"),
    path("people/<str:username>/", me.profile, name="profile"),
    path("people/<str:username>/block/", distance.block, name="block"),
    path("people/<str:username>/unblock/", distance.unblock, name="unblock"),
    path("people/<str:username>/mute/", distance.mute, name="mute"),
    path("people/<str:username>/unmute/", distance.unmute, name="unmute"),
]
