"""What accounts itself keeps of a person."""

import secrets
from collections.abc import Iterator
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions import follows, guardians, identity, sessions
from accounts.models import (
    BearerToken,
    Block,
    Consent,
    CreditAppeal,
    CreditChange,
    CreditEntry,
    DataExport,
    Device,
    EmailProof,
    Fact,
    Follow,
    FollowSettings,
    IdentityCheck,
    IdentityEvent,
    InstitutionStaff,
    InvitationUse,
    LegalIdentity,
    Mute,
    OutsideScore,
    PhoneCode,
    PhoneNumber,
    ProvenAddress,
    Subject,
    User,
)
from accounts.models.user import CREDIT_START
from accounts.portability.archive import Archive
from accounts.portability.share import Share


def export(user: User, archive: Archive) -> None:
    me: dict[str, Any] = {
        "username": user.username,
        "nickname": user.nickname,
        "email": user.email,
        "about me": user.bio,
        "picture": archive.picture(user.avatar),
        "joined": user.date_joined,
        "last seen": user.last_seen_at,
        "verified": user.verified_at,
        "may not write until": user.banned_until,
        "who may reach me": user.get_reach_display(),
        "conduct credit": user.credit,
    }
    archive.section("account", _("My account"), [me])
    archive.section(
        "identity",
        _("Who I am, verified"),
        (
            {"provider": row.provider, "verified": row.verified_at, "note": _("Name and number are kept encrypted.")}
            for row in LegalIdentity.objects.filter(user=user)
        ),
    )
    archive.section(
        "identity_checks",
        _("Attempts to verify"),
        (
            {"asked": row.created_at, "provider": row.provider, "state": row.state, "decided": row.decided_at}
            for row in IdentityCheck.objects.filter(user=user).order_by("created_at")
        ),
    )
    archive.section(
        "identity_events",
        _("What happened with it, and who looked"),
        (
            {"when": row.created_at, "what": row.get_what_display(), "reason": row.reason}
            for row in IdentityEvent.objects.filter(user=user).order_by("pk")
        ),
    )
    archive.section("facts", _("Verified facts"), _facts(user))
    archive.section(
        "outside_score",
        _("Score from elsewhere"),
        (_plain(row, "user", "subject_index") for row in OutsideScore.objects.filter(user=user)),
    )
    archive.section(
        "credit",
        _("Conduct credit"),
        (_plain(row, "user", "id") for row in CreditChange.objects.filter(user=user).order_by("pk")),
    )
    archive.section(
        "appeals",
        _("My appeals"),
        (_plain(row, "user", "id", "decided_by") for row in CreditAppeal.objects.filter(user=user).order_by("pk")),
    )
    archive.section(
        "distance",
        _("Whom I block or mute"),
        [
            *(
                {"blocked": row.blocked.nickname, "since": row.created_at}
                for row in _rows(Block, "blocked", blocker=user)
            ),
            *({"muted": row.muted.nickname, "since": row.created_at} for row in _rows(Mute, "muted", muter=user)),
        ],
    )
    archive.section(
        "follows",
        _("Whom I follow, and who follows me"),
        [
            *(
                {"follows": row.followed.nickname, "since": row.created_at}
                for row in _rows(Follow, "followed", follower=user)
            ),
            *(
                {"followed by": row.follower.nickname, "since": row.created_at}
                for row in _rows(Follow, "follower", followed=user)
            ),
            *(_plain(row, "user", "day", "day_count") for row in FollowSettings.objects.filter(user=user)),
        ],
    )
    phone = PhoneNumber.objects.filter(user=user).first()
    archive.section(
        "phone", _("My phone"), [{"number": phone.number, "confirmed": phone.confirmed_at}] if phone else []
    )
    archive.section(
        "browsers",
        _("Browsers I logged in with"),
        (
            {"browser": row.label, "first": row.first_seen_at, "last": row.last_seen_at}
            for row in Device.objects.filter(user=user).order_by("pk")
        ),
    )
    archive.section(
        "sessions",
        _("Where I am logged in"),
        (
            {"since": row.created_at, "browser": row.user_agent, "part of the address": row.ip}
            for row in UserSession.objects.filter(user=user).order_by("pk")
        ),
    )
    archive.section(
        "consents",
        _("What I agreed to"),
        (
            {"what": row.get_document_display(), "version": row.version, "when": row.given_at}
            for row in Consent.objects.filter(user=user).order_by("pk")
        ),
    )
    archive.section(
        "api_tokens",
        _("Tokens for programs"),
        ({"made": row.created_at, "last used": row.last_used_at} for row in BearerToken.objects.filter(user=user)),
    )


def erase(user: User, keep_words: bool) -> None:
    """Runs last, when the apps above have let go. The row stays, empty, for what others answered to."""
    for model, where in (
        (Block, {"blocker": user}),
        (Block, {"blocked": user}),
        (Mute, {"muter": user}),
        (Mute, {"muted": user}),
        (BearerToken, {"user": user}),
        (CreditAppeal, {"user": user}),
        (CreditChange, {"user": user}),
        (CreditEntry, {"user": user}),
        (CreditEntry, {"by": user}),
        (Fact, {"user": user}),
        (OutsideScore, {"user": user}),
        (EmailProof, {"user": user}),
        (ProvenAddress, {"user": user}),
        (InstitutionStaff, {"user": user}),
        (InvitationUse, {"user": user}),
        (Subject, {"user": user}),
        (EmailAddress, {"user": user}),
        (Authenticator, {"user": user}),
        (PhoneNumber, {"user": user}),
        (PhoneCode, {"user": user}),
        (Device, {"user": user}),
        (AccessAttempt, {"username": user.username}),
        (AccessLog, {"username": user.username}),
        (AccessFailureLog, {"username": user.username}),
    ):
        model.objects.filter(**where).delete()
    follows.forget(user=user)
    guardians.part(user=user)
    sessions.end_others(user=user)
    _delete_exports(user)
    identity.release(user=user)
    IdentityCheck.objects.filter(user=user).delete()
    user.username = f"gone-{user.pk}"
    user.nickname = _nickname_of_nobody()
    user.email = user.bio = ""
    user.avatar = None
    user.password = make_password(None)
    user.last_login = user.verified_at = user.banned_until = user.closing_at = None
    user.credit, user.held_facts, user.badges = CREDIT_START, [], []
    user.region, user.guarded_at, user.child_until = "", None, None
    user.is_active = False
    user.save()


def _delete_exports(user: User) -> None:
    from django.db import transaction

    from accounts.actions.data import exports

    for one in DataExport.objects.filter(user=user):
        transaction.on_commit(lambda path=one.path: exports().delete(path), robust=True)
    DataExport.objects.filter(user=user).delete()


def _nickname_of_nobody() -> str:
    while True:
        nickname = f"已注销{secrets.randbelow(10**8):08}"
        if not User.objects.filter(nickname_key=nickname).exists():
            return nickname


def _facts(user: User) -> Iterator[dict[str, Any]]:
    for row in Fact.objects.filter(user=user).select_related("institution").order_by("pk"):
        yield {
            "fact": row.get_kind_display(),
            "value": row.value,
            "institution": row.institution.name if row.institution else "",
            "source": row.get_source_display(),
            "valid from": row.valid_from,
            "valid until": row.valid_until,
            "taken back": row.revoked_at,
        }


def _rows(model: Any, related: str, **where: Any) -> Any:
    return model.objects.filter(**where).select_related(related).order_by("pk")


def _plain(row: Any, *without: str) -> dict[str, Any]:
    """The row's own columns."""
    return {field.name: getattr(row, field.attname) for field in row._meta.concrete_fields if field.name not in without}


SHARE = Share(
    app="accounts",
    export=export,
    erase=erase,
    models=[
        "accounts.BearerToken",
        "accounts.Block",
        "accounts.Closing",
        "accounts.CreditAppeal",
        "accounts.CreditChange",
        "accounts.CreditEntry",
        "accounts.Consent",
        "accounts.DataExport",
        "accounts.Device",
        "accounts.Guardianship",
        "accounts.PhoneCode",
        "accounts.PhoneNumber",
        "accounts.Fact",
        "accounts.FactChange",
        "accounts.Follow",
        "accounts.FollowSettings",
        "accounts.IdentityCheck",
        "accounts.IdentityEvent",
        "accounts.LegalIdentity",
        "accounts.EmailProof",
        "accounts.InstitutionStaff",
        "accounts.InvitationBatch",  # who made it, which stays the institution's
        "accounts.InvitationUse",
        "accounts.IssuerToken",  # likewise
        "accounts.Mute",
        "accounts.OutsideScore",
        "accounts.ProvenAddress",
        "accounts.Roster",  # likewise
        "accounts.Subject",
        "accounts.User",
        "account.EmailAddress",
        "mfa.Authenticator",
        "usersessions.UserSession",
        "admin.LogEntry",  # only of the team, who cannot close their accounts
        "core.Picture",  # deleted with what shows it; core purges what nothing shows
    ],
    keeps=[
        (
            gettext_lazy("Which versions of the rules you agreed to and when, under your number"),
            gettext_lazy("so that it can be shown that you were asked"),
            gettext_lazy("for good"),
        ),
        (
            gettext_lazy("That your identity was verified and deleted, and when somebody of the team looked at it"),
            gettext_lazy("so that it can be shown that nobody looked without a reason"),
            gettext_lazy("for good: nobody can change that log"),
        ),
        (
            gettext_lazy("That an account was here and when it was closed, as a number without a name"),
            gettext_lazy("so that what others answered to stays in its place"),
            gettext_lazy("for as long as that stands"),
        ),
        (
            gettext_lazy("If you are banned when the account closes: a fingerprint of your ID number, nothing else"),
            gettext_lazy("so that nobody comes back under a new name before a ban ends"),
            gettext_lazy("until the ban ends"),
        ),
    ],
)
