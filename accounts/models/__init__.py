from accounts.models.identity import IdentityCheck, IdentityCheckState, LegalIdentity
from accounts.models.token import BearerToken
from accounts.models.user import User

__all__ = ["BearerToken", "IdentityCheck", "IdentityCheckState", "LegalIdentity", "User"]
