"""Verifying who one is, over the API: the same action as on the page. What was typed is never sent back."""

from typing import Any

from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_variables
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actions import identity
from accounts.identity.provider import Provider, available
from accounts.models import Document, IdentityCheck, IdentityCheckState, IdentityState, LegalIdentity

PASSPORT_ONLY = ("country", "born", "mrz", "valid_until")


class ProviderSerializer(serializers.Serializer[Provider]):
    code = serializers.CharField()
    label = serializers.CharField(help_text="In the language asked for.")
    documents = serializers.ListField(child=serializers.CharField(), help_text="Those it takes, as in `document`.")
    wants_photos = serializers.BooleanField(help_text="Photos go through the site's own page, not through the API.")


class CheckSerializer(serializers.Serializer[IdentityCheck]):
    provider = serializers.CharField()
    document = serializers.ChoiceField(choices=Document.choices)
    state = serializers.ChoiceField(choices=IdentityCheckState.choices)
    asked_at = serializers.DateTimeField(source="created_at")
    go_on = serializers.SerializerMethodField(help_text="Where the person goes on with the provider; may be empty.")

    def get_go_on(self, check: IdentityCheck) -> str:
        return identity.go_on(check=check) if check.is_open else ""


class IdentitySerializer(serializers.Serializer[Any]):
    """That somebody is verified, and what became of the last attempt. Never who they are."""

    verified = serializers.BooleanField()
    state = serializers.ChoiceField(choices=IdentityState.choices, allow_null=True)
    document = serializers.ChoiceField(choices=Document.choices, allow_null=True)
    verified_at = serializers.DateTimeField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)
    check = CheckSerializer(allow_null=True, source="last_check", help_text="The last attempt.")
    providers = ProviderSerializer(many=True)


class ClaimSerializer(serializers.Serializer[Any]):
    """What stands on the document. A passport needs `country`, `born` and `valid_until` too."""

    by = serializers.CharField(required=False, default="", help_text="A provider's code; the first that takes it.")
    document = serializers.ChoiceField(choices=Document.choices, default=Document.ID_CARD)
    name = serializers.CharField(max_length=200, write_only=True)
    number = serializers.CharField(max_length=200, write_only=True)
    country = serializers.CharField(max_length=3, required=False, write_only=True)
    born = serializers.DateField(required=False, write_only=True)
    valid_until = serializers.DateField(required=False, write_only=True)
    mrz = serializers.CharField(max_length=200, required=False, write_only=True)

    def claimed(self) -> dict[str, Any]:
        """As `accounts.actions.identity.verify` takes it."""
        said = dict(self.validated_data)
        if said["document"] != Document.PASSPORT:
            said = {name: value for name, value in said.items() if name not in PASSPORT_ONLY}
        return said


class IdentityView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="identity", summary="Am I verified, and with whom could I be?", responses=IdentitySerializer
    )
    def get(self, request: Request) -> Response:
        return Response(_state(request.user))

    @extend_schema(
        operation_id="identity_verify",
        summary="Have who I am checked",
        description="Answers 200 where it was decided at once, else 202: go on at `check.go_on`, or ask again later. "
        "What was sent is never sent back.",
        request=ClaimSerializer,
        responses={200: IdentitySerializer, 202: IdentitySerializer},
    )
    @method_decorator(sensitive_variables("form", "request"))
    def post(self, request: Request) -> Response:
        form = ClaimSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        check = identity.verify(user=request.user, **form.claimed())
        return Response(_state(request.user), status=status.HTTP_202_ACCEPTED if check.is_open else status.HTTP_200_OK)

    @extend_schema(operation_id="identity_cancel", summary="Wait for the provider no longer", responses={204: None})
    def delete(self, request: Request) -> Response:
        identity.cancel(user=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _state(user: Any) -> Any:
    known = LegalIdentity.objects.filter(user=user).first()
    said = {
        "verified": user.is_verified,
        "state": known and known.state,
        "document": known and known.document,
        "verified_at": user.verified_at,
        "valid_until": known and known.valid_until,
        "last_check": IdentityCheck.objects.filter(user=user).order_by("-created_at").first(),
        "providers": available(),
    }
    return IdentitySerializer(said).data
