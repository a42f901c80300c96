"""My facts over the API, and a person as others see them, with the badges they show."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import badges, facts_pages
from accounts.actions import facts, vouching
from accounts.api.follows import StandingSerializer
from accounts.api.serializers import PersonSerializer
from accounts.facts_pages import FactLine
from accounts.following import standing
from accounts.models import Fact, FactKind, User
from core.api.reading import checked_with


class BadgeSerializer(serializers.Serializer[badges.Badge]):
    kind = serializers.ChoiceField(choices=FactKind.choices)
    value = serializers.CharField()
    title = serializers.CharField(help_text="In the language asked for.")
    in_circles = serializers.SerializerMethodField(help_text="Beside the name in circles, too.")

    def get_in_circles(self, badge: badges.Badge) -> bool:
        return badge.shown == badges.EVERYWHERE


class ProfileSerializer(PersonSerializer):
    """Somebody's profile."""

    badges = serializers.SerializerMethodField(help_text="What they show of their verified facts.")
    standing = serializers.SerializerMethodField(help_text="How the caller and they stand to each other.")

    class Meta(PersonSerializer.Meta):
        fields = [*PersonSerializer.Meta.fields, "bio", "badges", "standing"]
        read_only_fields = fields

    @extend_schema_field(StandingSerializer)
    def get_standing(self, person: User) -> Any:
        return StandingSerializer(standing(self.context["request"].user, person)).data

    @extend_schema_field(BadgeSerializer(many=True))
    def get_badges(self, person: User) -> Any:
        return BadgeSerializer(person.profile_badges, many=True).data


class ProfileView(APIView):
    @extend_schema(operation_id="person", summary="Somebody's profile", responses=ProfileSerializer)
    def get(self, request: Request, username: str) -> Response:
        person = get_object_or_404(User.objects.active().select_related("avatar"), username=username)
        return Response(ProfileSerializer(person, context={"request": request}).data)


class MyFactSerializer(serializers.Serializer[FactLine]):
    id = serializers.IntegerField(source="fact.pk", read_only=True)
    kind = serializers.ChoiceField(source="fact.kind", choices=FactKind.choices, read_only=True)
    value = serializers.CharField(source="fact.value", read_only=True)
    title = serializers.CharField(read_only=True, help_text="In the language asked for.")
    source = serializers.ChoiceField(source="fact.source", choices=Fact.Source.choices, read_only=True)
    institution = serializers.CharField(source="fact.institution.slug", read_only=True, allow_null=True)
    holds = serializers.BooleanField(read_only=True)
    valid_from = serializers.DateTimeField(source="fact.valid_from", read_only=True)
    valid_until = serializers.DateTimeField(source="fact.valid_until", read_only=True, allow_null=True)
    revoked_at = serializers.DateTimeField(source="fact.revoked_at", read_only=True, allow_null=True)
    shown = serializers.ChoiceField(source="fact.shown", choices=Fact.Shown.choices)


class MyFactsSerializer(serializers.Serializer[Any]):
    results = MyFactSerializer(many=True)


class ShownSerializer(serializers.Serializer[Any]):
    shown = serializers.ChoiceField(choices=Fact.Shown.choices)


class MyFactsView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="facts", summary="What is verified about me, and what was", responses=MyFactsSerializer)
    def get(self, request: Request) -> Response:
        present, past = facts_pages.mine(request.user)
        return Response(MyFactsSerializer({"results": [*present, *past]}).data)


class MyFactView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="fact_show",
        summary="Choose where a fact shows",
        description="A fact counts for the rules of circles whether or not it shows.",
        request=ShownSerializer,
        responses=MyFactSerializer,
    )
    def patch(self, request: Request, pk: int) -> Response:
        sent = checked_with(ShownSerializer, request)
        facts.show(user=request.user, chosen={pk: sent["shown"]})
        return Response(MyFactSerializer(facts_pages.one(request.user, pk)).data)

    @extend_schema(operation_id="fact_drop", summary="Have a fact about me taken back", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        vouching.drop(user=request.user, fact=get_object_or_404(Fact, pk=pk, user=request.user))
        return Response(status=status.HTTP_204_NO_CONTENT)
