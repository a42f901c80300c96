"""Members and those who look after the circle, over the API: roles, titles, silences, bans, and the log."""

from typing import Any

from django.db import transaction
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from circles import governing, queries, rules
from circles.actions import keeping_order, roles
from circles.api.bases import BylineSerializer, TextField
from circles.api.views import circle_or_404
from circles.models import Circle, DeedKind, Membership, Power, Role
from core.api.lists import ListView
from core.api.reading import checked_with
from core.numbers import ID_MAX

POWERS = {power.name.lower(): power for power in Power}


class MemberSerializer(serializers.Serializer[Membership]):
    """A member under the name they have in this circle, with role and title beside it."""

    id = serializers.IntegerField(source="pk", read_only=True, help_text="Of the membership.")
    person = BylineSerializer(source="byline", read_only=True)
    joined_at = serializers.DateTimeField(read_only=True)


class StaffSerializer(serializers.Serializer[Membership]):
    id = serializers.IntegerField(source="pk", read_only=True, help_text="Of the membership.")
    person = BylineSerializer(source="byline_in_office", read_only=True)
    role = serializers.CharField(read_only=True)


class KeptMemberSerializer(MemberSerializer):
    """What whoever looks after the circle sees of a member."""

    title = serializers.CharField(read_only=True)
    is_member = serializers.BooleanField(source="is_active", read_only=True)
    is_banned = serializers.BooleanField(read_only=True)
    silenced_until = serializers.DateTimeField(read_only=True, allow_null=True)


class ChangingMemberSerializer(serializers.Serializer[Any]):
    """What shall change; what is left out stays."""

    role = serializers.ChoiceField(choices=[role.value for role in (*roles.CHANGEABLE, Role.MEMBER)], required=False)
    title = TextField(allow_blank=True, required=False, help_text="Empty takes it away.")


class WithReasonSerializer(serializers.Serializer[Any]):
    reason = TextField(help_text="They read it, and so do the members in the log.")


class SilencingSerializer(WithReasonSerializer):
    until = serializers.DateTimeField(help_text="Who may not ban silences for a day at most.")


class BannedSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="member.pk", read_only=True, help_text="Of the membership.")
    person = BylineSerializer(source="member.byline", read_only=True)
    reason = serializers.CharField(source="deed.reason", default="", read_only=True)
    since = serializers.DateTimeField(source="deed.created_at", default=None, read_only=True, allow_null=True)


class RolePowersSerializer(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=[role.value for role in roles.CHANGEABLE])
    powers = serializers.ListField(child=serializers.ChoiceField(choices=[*POWERS]))


class RolesSerializer(serializers.Serializer[Any]):
    """Who looks after the circle, and what each role may do there. The owner may do everything."""

    staff = StaffSerializer(many=True, read_only=True)
    roles = RolePowersSerializer(many=True)


class LogLineSerializer(serializers.Serializer[Any]):
    """Who did what, and why."""

    id = serializers.IntegerField(source="deed.pk", read_only=True)
    kind = serializers.ChoiceField(source="deed.kind", choices=DeedKind.choices, read_only=True)
    text = serializers.CharField(read_only=True, help_text="The line as members read it.")
    actor = BylineSerializer(read_only=True, allow_null=True, help_text="null: the team of this site, or the site.")
    subject = BylineSerializer(read_only=True, allow_null=True)
    post = serializers.IntegerField(read_only=True, allow_null=True, help_text="Where the caller may see it.")
    reason = serializers.CharField(source="deed.reason", read_only=True)
    created_at = serializers.DateTimeField(source="deed.created_at", read_only=True)


class MembersView(ListView):
    serializer_class = MemberSerializer

    @extend_schema(
        operation_id="members_list", summary="Members, the newest first", responses=MemberSerializer(many=True)
    )
    def get(self, request: Request, slug: str) -> Response:
        circle = circle_or_404(request, slug)
        return self.answer(lambda cursor, size: queries.members(circle, cursor, size=size), MemberSerializer)


class MemberView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="member", summary="One member, for whoever has a role there", responses=KeptMemberSerializer
    )
    def get(self, request: Request, slug: str, pk: int) -> Response:
        _circle, theirs = _theirs(request, slug, pk)
        return _shown(request, theirs)

    @extend_schema(
        operation_id="member_change",
        summary="Give a role or a title",
        request=ChangingMemberSerializer,
        responses=KeptMemberSerializer,
    )
    def patch(self, request: Request, slug: str, pk: int) -> Response:
        circle, theirs = _theirs(request, slug, pk)
        wanted = checked_with(ChangingMemberSerializer, request)
        with transaction.atomic():  # both or none
            if "role" in wanted:
                roles.appoint(actor=request.user, circle=circle, user=theirs.user, role=wanted["role"])
            if "title" in wanted:
                roles.give_title(actor=request.user, circle=circle, user=theirs.user, title=wanted["title"])
        return _shown(request, theirs)


class SilenceView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="member_silence",
        summary="Keep somebody from writing here for a while",
        request=SilencingSerializer,
        responses=KeptMemberSerializer,
    )
    def put(self, request: Request, slug: str, pk: int) -> Response:
        circle, theirs = _theirs(request, slug, pk)
        wanted = checked_with(SilencingSerializer, request)
        keeping_order.silence(actor=request.user, circle=circle, user=theirs.user, **wanted)
        return _shown(request, theirs)

    @extend_schema(operation_id="member_unsilence", summary="Let them write again", responses={204: None})
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        circle, theirs = _theirs(request, slug, pk)
        keeping_order.unsilence(actor=request.user, circle=circle, user=theirs.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class BanView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="member_ban",
        summary="Put somebody out until it is taken back",
        request=WithReasonSerializer,
        responses=KeptMemberSerializer,
    )
    def put(self, request: Request, slug: str, pk: int) -> Response:
        circle, theirs = _theirs(request, slug, pk)
        wanted = checked_with(WithReasonSerializer, request)
        keeping_order.ban(actor=request.user, circle=circle, user=theirs.user, reason=wanted["reason"])
        return _shown(request, theirs)

    @extend_schema(operation_id="member_unban", summary="Let them come back", responses={204: None})
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        circle, theirs = _theirs(request, slug, pk)
        keeping_order.unban(actor=request.user, circle=circle, user=theirs.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class RemovalView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="member_remove",
        summary="End a membership; they may come back by the ways there are",
        request=WithReasonSerializer,
        responses={204: None},
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        circle, theirs = _theirs(request, slug, pk)
        wanted = checked_with(WithReasonSerializer, request)
        keeping_order.remove(actor=request.user, circle=circle, user=theirs.user, reason=wanted["reason"])
        return Response(status=status.HTTP_204_NO_CONTENT)


class BannedView(ListView):
    serializer_class = BannedSerializer
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="banned_list", summary="Who was banned, and why", responses=BannedSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        circle = circle_or_404(request, slug)
        rules.can_see_banned(request.user, queries.membership_of(request.user, circle.pk)).require()
        return self.answer(
            lambda cursor, size: governing.banned(circle, cursor, size=size).map(
                lambda rows: [{"member": member, "deed": deed} for member, deed in rows]
            ),
            BannedSerializer,
        )


class RolesView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="roles", summary="Who looks after the circle, and what roles may do", responses=RolesSerializer
    )
    def get(self, request: Request, slug: str) -> Response:
        return self._answer(request, circle_or_404(request, slug))

    @extend_schema(
        operation_id="roles_set",
        summary="Say what roles may do, for the owner; a role left out stays as it is",
        request=RolesSerializer,
        responses=RolesSerializer,
    )
    def put(self, request: Request, slug: str) -> Response:
        circle = circle_or_404(request, slug)
        rules.can_manage(request.user, queries.membership_of(request.user, circle.pk)).require()
        wanted = checked_with(RolesSerializer, request)
        bits = {row["role"]: sum({POWERS[name] for name in row["powers"]}) for row in wanted["roles"]}
        roles.set_powers(actor=request.user, circle=circle, powers=bits)
        return self._answer(request, circle_or_404(request, slug))

    def _answer(self, request: Request, circle: Circle) -> Response:
        told = {
            "staff": queries.staff(circle),
            "roles": [
                {
                    "role": role.value,
                    "powers": [name for name, power in POWERS.items() if roles.powers_of(circle, role) & power],
                }
                for role in roles.CHANGEABLE
            ],
        }
        return Response(RolesSerializer(told, context={"request": request}).data)


class LogView(ListView):
    serializer_class = LogLineSerializer
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="circle_log",
        summary="The log of the circle, the newest first, for its members",
        responses=LogLineSerializer(many=True),
    )
    def get(self, request: Request, slug: str) -> Response:
        circle = circle_or_404(request, slug)
        rules.can_read_log(request.user, queries.membership_of(request.user, circle.pk)).require()
        return self.answer(
            lambda cursor, size: governing.deeds(circle, request.user, cursor, size=size), LogLineSerializer
        )


def _theirs(request: Request, slug: str, pk: int) -> tuple[Circle, Membership]:
    """A member, for those who have a role in the circle; to everybody else there is none."""
    circle = circle_or_404(request, slug)
    mine = queries.membership_of(request.user, circle.pk)
    theirs = governing.member(circle, pk) if mine is not None and mine.is_staff and pk <= ID_MAX else None
    if theirs is None:
        raise Http404
    return circle, theirs


def _shown(request: Request, member: Membership) -> Response:
    fresh = Membership.objects.select_related("user__avatar", "avatar", "circle").get(pk=member.pk)
    return Response(KeptMemberSerializer(fresh, context={"request": request}).data)
