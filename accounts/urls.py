from django.urls import path

from accounts.views import credit, desk, distance, facts, me, privacy, verify

app_name = "accounts"
urlpatterns = [
    path("me/", me.me, name="me"),
    path("me/edit/", me.edit_profile, name="edit_profile"),
    path("me/facts/", facts.facts_page, name="facts"),
    path("me/facts/<int:pk>/drop/", facts.drop, name="drop_fact"),
    path("me/facts/prove/", facts.prove, name="prove"),
    path("me/facts/prove/code/", facts.prove_code, name="prove_code"),
    path("me/facts/prove/<slug:slug>/code/", facts.show_code, name="show_code"),
    path("institutions/<slug:slug>/", desk.desk, name="desk"),
    path("institutions/<slug:slug>/codes/", desk.codes, name="desk_codes"),
    path("institutions/<slug:slug>/codes/<int:pk>/withdraw/", desk.withdraw_batch, name="desk_withdraw_batch"),
    path("institutions/<slug:slug>/lists/", desk.lists, name="desk_lists"),
    path("institutions/<slug:slug>/lists/<int:pk>/withdraw/", desk.withdraw_list, name="desk_withdraw_list"),
    path("institutions/<slug:slug>/keys/", desk.keys, name="desk_keys"),
    path("institutions/<slug:slug>/keys/<int:pk>/withdraw/", desk.withdraw_key, name="desk_withdraw_key"),
    path("institutions/<slug:slug>/people/", desk.people, name="desk_people"),
    path("institutions/<slug:slug>/people/<int:pk>/revoke/", desk.revoke, name="desk_revoke"),
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
