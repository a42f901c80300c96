"""What an institution's own system does: with a key of its own, about people it knows by a name made up for it."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers, status
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actions import issuers
from accounts.models import Fact, FactKind, IssuerToken, Subject
from core.api.lists import ListView
from core.api.reading import checked_with
from core.pagination import Page, decode_cursor, encode_cursor

_NOTED_EVERY = timedelta(minutes=5)


class IssuerAuthentication(BaseAuthentication):
    """`Authorization: Bearer qzi_…`: an institution's key. Nobody is logged in by it.

    An unknown or withdrawn key, and one of an institution that may not vouch any more, get the same 401.
    """

    def authenticate(self, request: Request) -> tuple[AnonymousUser, IssuerToken] | None:
        scheme, _space, rest = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        digest = IssuerToken.digest_of(rest.strip().decode("latin-1"))
        tokens = IssuerToken.objects.select_related("institution").filter(
            digest=digest, revoked_at=None, institution__is_issuer=True
        )
        token = tokens.first()
        if token is None:
            raise exceptions.AuthenticationFailed(_("This token is not valid (any more)."), code="invalid_token")
        now = timezone.now()
        if token.last_used_at is None or token.last_used_at < now - _NOTED_EVERY:
            unnoted = Q(last_used_at=None) | Q(last_used_at__lt=now - _NOTED_EVERY)
            IssuerToken.objects.filter(unnoted, pk=token.pk).update(last_used_at=now)
        return AnonymousUser(), token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="issuers"'


class IsIssuer(BasePermission):
    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(request.auth, IssuerToken)


class ShownCodeSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(
        max_length=40, help_text="The code somebody shows, from Me → What is verified about me."
    )


class SubjectSerializer(serializers.Serializer[Subject]):
    subject = serializers.UUIDField(source="key", help_text="What you call this person from now on.")


class VouchSerializer(serializers.Serializer[Any]):
    subject = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=FactKind.choices)
    graduates = serializers.DateField(required=False, allow_null=True, help_text="Expected graduation of a student.")
    valid_until = serializers.DateTimeField(
        required=False, allow_null=True, help_text="Left out: as long as such a fact holds here."
    )


class VouchedSerializer(serializers.Serializer[Fact]):
    id = serializers.IntegerField(read_only=True)
    subject = serializers.UUIDField(read_only=True, allow_null=True)
    kind = serializers.ChoiceField(choices=FactKind.choices)
    value = serializers.CharField()
    valid_from = serializers.DateTimeField()
    valid_until = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)


class ReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300, help_text="The person reads it.")


class SubjectsView(APIView):
    authentication_classes = [IssuerAuthentication]
    permission_classes = [IsIssuer]

    @extend_schema(
        operation_id="issuer_subject",
        summary="Learn what to call somebody who shows a code",
        description="A code works once, and at the institution it was made for.",
        request=ShownCodeSerializer,
        responses=SubjectSerializer,
    )
    def post(self, request: Request) -> Response:
        sent = checked_with(ShownCodeSerializer, request)
        subject = issuers.subject_of_code(institution=request.auth.institution, code=sent["code"])
        return Response(SubjectSerializer(subject).data)


class IssuerFactsView(ListView):
    authentication_classes = [IssuerAuthentication]
    permission_classes = [IsIssuer]
    serializer_class = VouchedSerializer

    @extend_schema(
        operation_id="issuer_facts",
        summary="What you said of people, the newest first",
        responses=VouchedSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        institution = request.auth.institution
        rows = _with_subjects(Fact.objects.filter(institution=institution)).order_by("-id")

        def read(cursor: str | None, size: int) -> Page[Fact]:
            before = decode_cursor(cursor, kinds=(int,))
            found = list((rows.filter(pk__lt=before[0]) if before else rows)[: size + 1])
            more = len(found) > size
            return Page(found[:size], encode_cursor(found[size - 1].pk) if more else None)

        return self.answer(read, VouchedSerializer)

    @extend_schema(
        operation_id="issuer_vouch",
        summary="Vouch for somebody",
        description="Said again it is renewed; the person is told.",
        request=VouchSerializer,
        responses={201: VouchedSerializer},
    )
    def post(self, request: Request) -> Response:
        wanted = checked_with(VouchSerializer, request)
        fact = issuers.grant(
            institution=request.auth.institution,
            subject=wanted["subject"],
            kind=wanted["kind"],
            graduates=wanted.get("graduates"),
            until=wanted.get("valid_until"),
        )
        return Response(_shown(fact), status=status.HTTP_201_CREATED)


class IssuerFactView(APIView):
    authentication_classes = [IssuerAuthentication]
    permission_classes = [IsIssuer]

    @extend_schema(
        operation_id="issuer_revoke",
        summary="Take something back",
        description="From now on it does not hold any more; the person reads the reason.",
        request=ReasonSerializer,
        responses=VouchedSerializer,
    )
    def post(self, request: Request, pk: int) -> Response:
        sent = checked_with(ReasonSerializer, request)
        fact = issuers.revoke(institution=request.auth.institution, fact_id=pk, reason=sent["reason"])
        return Response(_shown(fact))


def _with_subjects(rows: "QuerySet[Fact]") -> "QuerySet[Fact]":
    known = Subject.objects.filter(institution=OuterRef("institution"), user=OuterRef("user")).values("key")
    return rows.annotate(subject=Subquery(known[:1]))


def _shown(fact: Fact) -> Any:
    return VouchedSerializer(_with_subjects(Fact.objects.filter(pk=fact.pk)).get()).data
