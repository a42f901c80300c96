"""What somebody has besides the password: an authenticator app, passkeys, recovery codes. Kept by allauth.mfa."""

from allauth.mfa.models import Authenticator

from accounts.models import User

MAIN = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
CODES = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)


def is_on(user: User) -> bool:
    """One query."""
    return Authenticator.objects.filter(user=user, type__in=MAIN).exists()


def accepts(*, user: User, code: str) -> bool:
    """Is this a code of theirs? It is used up then: a code of the app once, a recovery code for good."""
    for authenticator in Authenticator.objects.filter(user=user, type__in=CODES):
        if authenticator.wrap().validate_code(code):
            authenticator.record_usage()
            return True
    return False
