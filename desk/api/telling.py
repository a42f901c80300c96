"""What the desk says and holds back, over the API: the same actions as on the pages."""

from typing import Any
from uuid import uuid4

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from circles import rules as circle_rules
from circles.actions import holding, telling
from circles.api.serializers import TextField
from circles.models import Circle, Held, MemberNotice, Membership, Welcome, WordList
from circles.queries import membership_of
from core.api.reading import checked_with
from desk import queries

NOTICES_SHOWN = 30


class AnnouncingSerializer(serializers.Serializer[Any]):
    body = TextField()
    key = serializers.UUIDField(required=False, help_text="The same key again posts and tells nothing more.")


class MemberNoticeSerializer(serializers.Serializer[Any]):
    post = serializers.IntegerField(source="post_id", read_only=True)
    day = serializers.DateField(read_only=True)
    at = serializers.DateTimeField(read_only=True)


class WelcomeMessageSerializer(serializers.Serializer[Any]):
    text = TextField(allow_blank=True)
    is_on = serializers.BooleanField(required=False, default=True)


class WordsSerializer(serializers.Serializer[Any]):
    words = serializers.ListField(child=TextField(), max_length=1000)


class HeldSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(read_only=True)
    kind = serializers.SerializerMethodField(help_text="post or comment.")
    author = serializers.CharField(source="content.byline.nickname", read_only=True)
    title = serializers.SerializerMethodField()
    body = serializers.CharField(source="content.body", read_only=True)
    besides = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text="Options of a poll, place of an event, captions."
    )
    words = serializers.ListField(child=serializers.CharField(), read_only=True)
    state = serializers.CharField(read_only=True)
    reason = serializers.CharField(read_only=True)
    created_at = serializers.DateTimeField(read_only=True)

    def get_kind(self, held: Held) -> str:
        return "post" if held.post_id is not None else "comment"

    def get_title(self, held: Held) -> str:
        return held.post.title if held.post is not None else ""


class DecidingSerializer(serializers.Serializer[Any]):
    release = serializers.BooleanField()
    reason = TextField(required=False, allow_blank=True, default="", help_text="Needed to keep it back.")


class MemberNoticesView(APIView):
    @extend_schema(
        operation_id="member_notices",
        summary="What all members were told lately",
        responses=MemberNoticeSerializer(many=True),
    )
    def get(self, request: Request, slug: str) -> Response:
        circle, membership = _seat(request, slug)
        circle_rules.can_tell_members(request.user, membership).require()
        rows = MemberNotice.objects.filter(circle=circle).order_by("-id")[:NOTICES_SHOWN]
        return Response(MemberNoticeSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="member_notice_send",
        summary="Post something and tell all members, once a day",
        request=AnnouncingSerializer,
        responses={201: MemberNoticeSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        circle, membership = _seat(request, slug)
        circle_rules.can_tell_members(request.user, membership).require()
        sent = checked_with(AnnouncingSerializer, request)
        key = sent.get("key") or uuid4()
        row = telling.announce(actor=request.user, circle=circle, key=key, body=sent["body"])
        return Response(MemberNoticeSerializer(row).data, status=status.HTTP_201_CREATED)


class WelcomeView(APIView):
    @extend_schema(operation_id="circle_welcome", summary="What newcomers read", responses=WelcomeMessageSerializer)
    def get(self, request: Request, slug: str) -> Response:
        circle, membership = _seat(request, slug)
        circle_rules.can_edit_circle(request.user, membership).require()
        return Response(WelcomeMessageSerializer(Welcome.objects.filter(pk=circle.pk).first() or Welcome(text="")).data)

    @extend_schema(
        operation_id="circle_welcome_set",
        summary="Say what newcomers read; an empty text takes it away",
        request=WelcomeMessageSerializer,
        responses=WelcomeMessageSerializer,
    )
    def put(self, request: Request, slug: str) -> Response:
        circle, membership = _seat(request, slug)
        circle_rules.can_edit_circle(request.user, membership).require()
        sent = checked_with(WelcomeMessageSerializer, request)
        row = telling.set_welcome(actor=request.user, circle=circle, **sent)
        return Response(WelcomeMessageSerializer(row or Welcome(text="", is_on=False)).data)


class WordsView(APIView):
    @extend_schema(operation_id="circle_words", summary="Words that hold posts back", responses=WordsSerializer)
    def get(self, request: Request, slug: str) -> Response:
        circle, membership = _seat(request, slug)
        circle_rules.can_edit_circle(request.user, membership).require()
        return Response(WordsSerializer(WordList.objects.filter(pk=circle.pk).first() or WordList(words=[])).data)

    @extend_schema(
        operation_id="circle_words_set",
        summary="Write the list anew",
        request=WordsSerializer,
        responses=WordsSerializer,
    )
    def put(self, request: Request, slug: str) -> Response:
        circle, membership = _seat(request, slug)
        circle_rules.can_edit_circle(request.user, membership).require()
        sent = checked_with(WordsSerializer, request)
        row = holding.set_words(actor=request.user, circle=circle, words=sent["words"])
        return Response(WordsSerializer(row).data)


class HeldView(APIView):
    @extend_schema(
        operation_id="circle_held",
        summary="What waits to be read, the first first",
        responses=HeldSerializer(many=True),
    )
    def get(self, request: Request, slug: str) -> Response:
        circle, membership = _seat(request, slug)
        circle_rules.can_moderate(request.user, membership).require()
        return Response(HeldSerializer(queries.held(circle, request.user).items, many=True).data)


class HeldOneView(APIView):
    @extend_schema(
        operation_id="circle_held_decide",
        summary="Let it through, or keep it back with a reason",
        request=DecidingSerializer,
        responses={204: None},
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        circle, membership = _seat(request, slug)
        circle_rules.can_moderate(request.user, membership).require()
        held = Held.objects.filter(circle=circle, pk=pk).first()
        if held is None:
            raise Http404
        sent = checked_with(DecidingSerializer, request)
        if sent["release"]:
            holding.release(actor=request.user, held=held)
        else:
            holding.refuse(actor=request.user, held=held, reason=sent["reason"])
        return Response(status=status.HTTP_204_NO_CONTENT)


def _seat(request: Request, slug: str) -> tuple[Circle, Membership | None]:
    circle = Circle.objects.visible_to(request.user).filter(slug=slug).first()
    if circle is None:
        raise Http404
    return circle, membership_of(request.user, circle.pk)
