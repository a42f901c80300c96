"""Keys to the API."""

from accounts.models import BearerToken, User


def issue(*, user: User) -> str:
    """Make a new token for `user` and return it: the only time anybody sees it."""
    token = BearerToken.generate()
    BearerToken.objects.create(user=user, digest=BearerToken.digest_of(token))
    return token


def revoke(*, token: BearerToken) -> None:
    """Make it useless; one that already was stays so."""
    BearerToken.objects.filter(pk=token.pk).delete()
