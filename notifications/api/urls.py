from django.urls import path

from notifications.api import views

urlpatterns = [
    path("notifications/", views.NotificationsView.as_view(), name="notifications"),
    path("notifications/read/", views.ReadView.as_view(), name="notifications-read"),
]
