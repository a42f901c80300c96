from accounts.models.block import Block, Mute, Reach, is_apart, is_muted
from accounts.models.care import Closing, DataExport, ExportState, Words
from accounts.models.consent import Agreement, Consent, Guardianship
from accounts.models.credit import CreditAppeal, CreditAppealState, CreditChange, CreditEntry, CreditKind
from accounts.models.custody import Hold, SealedPerson, SealedPhoto, Try
from accounts.models.fact import SENSITIVE_KINDS, Fact, FactChange, FactKind, Institution
from accounts.models.follow import Audience, Follow, FollowSettings, MayFollow, are_friends
from accounts.models.identity import (
    OPEN_STATES,
    Document,
    IdentityCheck,
    IdentityCheckState,
    IdentityEvent,
    IdentityState,
    LegalIdentity,
)
from accounts.models.issuer import (
    EmailProof,
    InstitutionDomain,
    InstitutionStaff,
    InvitationBatch,
    InvitationCode,
    InvitationUse,
    IssuerToken,
    ProvenAddress,
    Roster,
    RosterEntry,
    Subject,
)
from accounts.models.notice import DEFAULT_LEVELS, NoticeLevel
from accounts.models.outside_score import OutsideScore
from accounts.models.security import Device, PhoneCode, PhoneNumber
from accounts.models.token import BearerToken
from accounts.models.user import User

__all__ = [
    "DEFAULT_LEVELS",
    "OPEN_STATES",
    "SENSITIVE_KINDS",
    "Agreement",
    "Audience",
    "BearerToken",
    "Block",
    "Closing",
    "Consent",
    "CreditAppeal",
    "CreditAppealState",
    "CreditChange",
    "CreditEntry",
    "CreditKind",
    "DataExport",
    "Device",
    "Document",
    "EmailProof",
    "ExportState",
    "Fact",
    "FactChange",
    "FactKind",
    "Follow",
    "FollowSettings",
    "Guardianship",
    "Hold",
    "IdentityCheck",
    "IdentityCheckState",
    "IdentityEvent",
    "IdentityState",
    "Institution",
    "InstitutionDomain",
    "InstitutionStaff",
    "InvitationBatch",
    "InvitationCode",
    "InvitationUse",
    "IssuerToken",
    "LegalIdentity",
    "MayFollow",
    "Mute",
    "NoticeLevel",
    "OutsideScore",
    "PhoneCode",
    "PhoneNumber",
    "ProvenAddress",
    "Reach",
    "Roster",
    "RosterEntry",
    "SealedPerson",
    "SealedPhoto",
    "Subject",
    "Try",
    "User",
    "Words",
    "are_friends",
    "is_apart",
    "is_muted",
]
