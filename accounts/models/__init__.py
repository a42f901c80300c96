from accounts.models.identity import IdentityCheck, IdentityCheckState, LegalIdentity
from accounts.models.notice import DEFAULT_LEVELS, NoticeLevel
from accounts.models.token import BearerToken
from accounts.models.user import User

__all__ = [
    "DEFAULT_LEVELS",
    "BearerToken",
    "IdentityCheck",
    "IdentityCheckState",
    "LegalIdentity",
    "NoticeLevel",
    "User",
]
