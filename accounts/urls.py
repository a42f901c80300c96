from django.urls import path

from accounts.views import me, verify

app_name = "accounts"
urlpatterns = [
    path("me/", me.me, name="me"),
    path("me/edit/", me.edit_profile, name="edit_profile"),
    path("me/verify/", verify.verify, name="verify"),
    path("people/<str:username>/", me.profile, name="profile"),
]
