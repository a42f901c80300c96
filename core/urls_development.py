from django.urls import path

from core.views import development

app_name = "development"
urlpatterns = [
    path("mail/", development.mail, name="mail"),
    path("mail/<str:name>/<int:number>/", development.message, name="message"),
]
