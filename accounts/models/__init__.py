from accounts.models.block import Block, Mute, Reach, is_apart, is_muted
from accounts.models.credit import CreditAppeal, CreditAppealState, CreditChange, CreditEntry, CreditKind
from accounts.models.fact import SENSITIVE_KINDS, Fact, FactChange, FactKind, Institution
from accounts.models.identity import IdentityCheck, IdentityCheckState, LegalIdentity
from accounts.models.notice import DEFAULT_LEVELS, NoticeLevel
from accounts.models.token import BearerToken
from accounts.models.user import User

__all__ = [
    "DEFAULT_LEVELS",
    "SENSITIVE_KINDS",
    "BearerToken",
    "Block",
    "CreditAppeal",
    "CreditAppealState",
    "CreditChange",
    "CreditEntry",
    "CreditKind",
    "Fact",
    "FactChange",
    "FactKind",
    "IdentityCheck",
    "IdentityCheckState",
    "Institution",
    "LegalIdentity",
    "Mute",
    "NoticeLevel",
    "Reach",
    "User",
    "is_apart",
    "is_muted",
]
