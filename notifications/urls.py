from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/read/", views.read_all, name="read_all"),
    path("inbox/badge/", views.badge, name="badge"),
    path("inbox/<int:pk>/open/", views.open_notification, name="open"),
    path("inbox/mute/circles/<str:slug>/", views.mute_circle, name="mute_circle"),
    path("inbox/mute/merchants/<str:slug>/", views.mute_merchant, name="mute_merchant"),
]
