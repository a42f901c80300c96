"""What the site does with an account. Who may ask for it is decided above, in moderation."""

from datetime import datetime

from accounts.models import User


def ban(*, user: User, until: datetime) -> None:
    """Nothing this person writes is taken until then; reading stays free."""
    User.objects.filter(pk=user.pk).update(banned_until=until)
    user.banned_until = until


def unban(*, user: User) -> None:
    """Let this person write again."""
    User.objects.filter(pk=user.pk).update(banned_until=None)
    user.banned_until = None
