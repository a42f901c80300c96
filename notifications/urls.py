from django.urls import path

from notifications.views import inbox, preferences, push, unsubscribe

app_name = "notifications"
urlpatterns = [
    path("me/notifications/", preferences.preferences, name="preferences"),
    path("me/notifications/push/", push.push, name="push"),
    path("unsubscribe/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.read_all, name="read_all"),
    path("inbox/badge/", inbox.badge, name="badge"),
    path("inbox/<int:pk>/open/", inbox.open_notification, name="open"),
    path("inbox/mute/circles/<str:slug>/", inbox.mute_circle, name="mute_circle"),
    path("inbox/mute/merchants/<str:slug>/", inbox.mute_merchant, name="mute_merchant"),
]
