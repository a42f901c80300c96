from rest_framework.authentication import SessionAuthentication as BaseSessionAuthentication
from rest_framework.authentication import TokenAuthentication


class SessionAuthentication(BaseSessionAuthentication):
    pass


class BearerAuthentication(TokenAuthentication):
    keyword = "Bearer"
