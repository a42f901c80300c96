from django.urls import path

from merchants.api import views

urlpatterns = [
    path("merchants/", views.MerchantsView.as_view(), name="merchants"),
    path("merchants/<slug:slug>/", views.MerchantView.as_view(), name="merchant"),
    path("merchants/<slug:slug>/announcements/", views.AnnouncementsView.as_view(), name="announcements"),
    path("merchants/<slug:slug>/following/", views.FollowingView.as_view(), name="following"),
]
