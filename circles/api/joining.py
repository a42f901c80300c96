"""Ways into a circle over the API: applications with answers, and invitations. The actions are those of the pages."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.serializers import PersonSerializer
from circles import governing, queries, rules
from circles.actions import invitations, joining
from circles.api.bases import AddressField, BylineSerializer, TextField
from circles.api.serializers import MembershipSerializer
from circles.api.views import circle_or_404, known_circle_or_404
from circles.models import Circle, Invitation, JoinRequest, RequestState
from core.api.lists import ListView
from core.api.reading import checked_with
from core.errors import DomainError
from core.numbers import ID_MAX


class AnswerSerializer(serializers.Serializer[Any]):
    """A question of the circle with what was answered."""

    question = serializers.CharField(read_only=True)
    answer = serializers.CharField(read_only=True)


class ApplicationSerializer(serializers.Serializer[JoinRequest]):
    """Somebody asks to join."""

    id = serializers.IntegerField(source="pk", read_only=True)
    person = PersonSerializer(source="user", read_only=True)
    state = serializers.ChoiceField(choices=RequestState.choices, read_only=True)
    answers = serializers.SerializerMethodField()
    reason = serializers.CharField(read_only=True, help_text="Of a refusal.")
    created_at = serializers.DateTimeField(read_only=True)
    decided_at = serializers.DateTimeField(read_only=True, allow_null=True)

    @extend_schema_field(AnswerSerializer(many=True))
    def get_answers(self, asked: JoinRequest) -> Any:
        return [{"question": question, "answer": answer} for question, answer in asked.answers]


class OwnApplicationSerializer(serializers.Serializer[Any]):
    """What the circle asks, whether the caller may apply, and their last application."""

    questions = serializers.ListField(child=serializers.CharField(), read_only=True)
    may_apply = serializers.BooleanField(read_only=True)
    why_not = serializers.CharField(read_only=True, help_text="A code; empty where they may.")
    last = ApplicationSerializer(read_only=True, allow_null=True)


class AnsweringSerializer(serializers.Serializer[Any]):
    answers = serializers.ListField(
        child=TextField(allow_blank=True), default=list, max_length=50, help_text="In the order of the questions."
    )


class DecidingApplicationSerializer(serializers.Serializer[Any]):
    accept = serializers.BooleanField()
    reason = TextField(default="", allow_blank=True, help_text="They read it; required for a refusal.")


class InvitationSerializer(serializers.Serializer[Invitation]):
    """A link into the circle, for those who make them. Whoever holds it may use it."""

    id = serializers.IntegerField(source="pk", read_only=True)
    url = AddressField(source="get_absolute_url")
    code = serializers.CharField(read_only=True)
    note = serializers.CharField(read_only=True)
    is_standing = serializers.BooleanField(read_only=True, help_text="Opens the door now.")
    uses_max = serializers.IntegerField(read_only=True, allow_null=True)
    use_count = serializers.IntegerField(read_only=True)
    expires_at = serializers.DateTimeField(read_only=True)
    revoked_at = serializers.DateTimeField(read_only=True, allow_null=True)
    created_at = serializers.DateTimeField(read_only=True)


class InvitingSerializer(serializers.Serializer[Any]):
    days = serializers.IntegerField(default=7, help_text=f"Valid for so many days, {invitations.DAYS_MAX} at most.")
    uses_max = serializers.IntegerField(default=None, allow_null=True, help_text="People at most; null: no limit.")
    note = TextField(default="", allow_blank=True, help_text="For yourselves: what it is for.")


class InvitedSerializer(serializers.Serializer[Any]):
    """What an invitation leads to, also into a circle nobody finds."""

    slug = serializers.CharField(source="circle.slug", read_only=True)
    name = serializers.CharField(source="circle.name", read_only=True)
    intro = serializers.CharField(source="circle.intro", read_only=True)
    avatar_url = AddressField(source="circle.avatar_url")
    member_count = serializers.IntegerField(source="circle.member_count", read_only=True)
    host = BylineSerializer(read_only=True, allow_null=True, help_text="Who invites.")
    expires_at = serializers.DateTimeField(source="invitation.expires_at", read_only=True)


class OwnApplicationView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="application",
        summary="What the circle asks, and my application",
        responses=OwnApplicationSerializer,
    )
    def get(self, request: Request, slug: str) -> Response:
        return self._answer(request, known_circle_or_404(request, slug))

    @extend_schema(
        operation_id="application_send",
        summary="Ask to join; again while it waits changes the answers",
        request=AnsweringSerializer,
        responses=OwnApplicationSerializer,
    )
    def put(self, request: Request, slug: str) -> Response:
        circle = known_circle_or_404(request, slug)
        wanted = checked_with(AnsweringSerializer, request)
        joining.apply(user=request.user, circle=circle, answers=wanted["answers"])
        return self._answer(request, circle)

    @extend_schema(operation_id="application_withdraw", summary="Take my application back", responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        joining.withdraw(user=request.user, circle=known_circle_or_404(request, slug))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _answer(self, request: Request, circle: Circle) -> Response:
        membership = queries.membership_of(request.user, circle.pk)
        decision = rules.can_apply(request.user, circle, membership)
        rows = JoinRequest.objects.visible_to(request.user).filter(circle=circle).select_related("user__avatar")
        told = {
            "questions": circle.questions,
            "may_apply": decision.ok,
            "why_not": decision.code,
            "last": rows.order_by("-id").first(),
        }
        return Response(OwnApplicationSerializer(told, context={"request": request}).data)


class ApplicationsView(ListView):
    serializer_class = ApplicationSerializer
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="applications_list",
        summary="Who asks to join, the first to ask first; for whom decides",
        responses=ApplicationSerializer(many=True),
    )
    def get(self, request: Request, slug: str) -> Response:
        circle = circle_or_404(request, slug)
        rules.can_admit(request.user, queries.membership_of(request.user, circle.pk)).require()
        return self.answer(
            lambda cursor, size: governing.requests_waiting(circle, cursor, size=size), ApplicationSerializer
        )


class ApplicationView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="application_decide",
        summary="Let somebody in, or refuse with a reason; sending the same again changes nothing",
        request=DecidingApplicationSerializer,
        responses=ApplicationSerializer,
    )
    def put(self, request: Request, slug: str, pk: int) -> Response:
        circle = circle_or_404(request, slug)
        rules.can_admit(request.user, queries.membership_of(request.user, circle.pk)).require()
        rows = circle.join_requests.select_related("user__avatar", "circle")
        asked = rows.filter(pk=pk).first() if pk <= ID_MAX else None
        if asked is None:
            raise Http404
        wanted = checked_with(DecidingApplicationSerializer, request)
        if wanted["accept"]:
            done = joining.accept(actor=request.user, request=asked)
        else:
            done = joining.refuse(actor=request.user, request=asked, reason=wanted["reason"])
        fresh = rows.get(pk=pk)
        asked_for = RequestState.ACCEPTED if wanted["accept"] else RequestState.REFUSED
        if not done and fresh.state != asked_for:
            raise DomainError("already_decided", _("This application has been decided meanwhile."))
        return Response(ApplicationSerializer(fresh, context={"request": request}).data)


class InvitationsView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="invitations_list",
        summary="Invitations to the circle, the newest first, for whom makes them",
        responses=InvitationSerializer(many=True),
    )
    def get(self, request: Request, slug: str) -> Response:
        rows = governing.invitations(_inviting_circle(request, slug))
        return Response(InvitationSerializer(rows, many=True, context={"request": request}).data)

    @extend_schema(
        operation_id="invitation_make",
        summary="Make a link into the circle",
        request=InvitingSerializer,
        responses={201: InvitationSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        circle = _inviting_circle(request, slug)
        made = invitations.make(actor=request.user, circle=circle, **checked_with(InvitingSerializer, request))
        shown = InvitationSerializer(made, context={"request": request})
        return Response(shown.data, status=status.HTTP_201_CREATED)


class InvitationView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="invitation_revoke", summary="Revoke an invitation", responses={204: None})
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        circle = _inviting_circle(request, slug)
        row = circle.invitations.filter(pk=pk).first() if pk <= ID_MAX else None
        if row is None:
            raise Http404
        invitations.revoke(actor=request.user, invitation=row)
        return Response(status=status.HTTP_204_NO_CONTENT)


class InvitedView(APIView):
    """An invitation as whoever holds it sees it."""

    @extend_schema(operation_id="invitation", summary="What an invitation leads to", responses=InvitedSerializer)
    def get(self, request: Request, code: str) -> Response:
        row = _invitation(code)
        told = {"circle": row.circle, "host": governing.host_of(row), "invitation": row}
        return Response(InvitedSerializer(told, context={"request": request}).data)

    @extend_schema(
        operation_id="invitation_accept",
        summary="Join by an invitation; gates hold, and a ban stays",
        request=None,
        responses=MembershipSerializer,
    )
    def post(self, request: Request, code: str) -> Response:
        membership = invitations.accept(user=request.user, invitation=_invitation(code))
        return Response(MembershipSerializer(membership).data)


def _inviting_circle(request: Request, slug: str) -> Circle:
    circle = circle_or_404(request, slug)
    rules.can_invite(request.user, queries.membership_of(request.user, circle.pk)).require()
    return circle


def _invitation(code: str) -> Invitation:
    row = Invitation.objects.standing().select_related("circle__avatar", "circle__category").filter(code=code).first()
    if row is None:
        raise invitations.over()
    return row
