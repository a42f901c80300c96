from django.urls import path

from desk.api import views

urlpatterns = [path("circles/<slug:slug>/figures/", views.FiguresView.as_view(), name="figures")]
