"""Polls, events, questions, versions and drafts over the API; the actions are those of the pages."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from circles import live, queries, rules
from circles.actions import drafts, events, polls, posts, questions, scheduling
from circles.api.kind_serializers import (
    AcceptingSerializer,
    CodeSerializer,
    DraftingSerializer,
    DraftSerializer,
    EventSerializer,
    LinkingSerializer,
    ParticipantSerializer,
    PollSerializer,
    VersionSerializer,
    VotingSerializer,
)
from circles.api.posts import post_json, post_or_404
from circles.api.serializers import PostSerializer
from circles.composition import fields_of
from circles.models import Circle, Comment, Draft, Post
from core.api.reading import checked_with
from core.errors import Invalid, NotFound


class VoteView(APIView):
    @extend_schema(
        operation_id="post_vote",
        summary="Vote, or change one's vote",
        request=VotingSerializer,
        responses={200: PollSerializer},
    )
    def put(self, request: Request, pk: int) -> Response:
        wanted = checked_with(VotingSerializer, request)
        return self._vote(request, post_or_404(request, pk), wanted["choices"])

    @extend_schema(operation_id="post_unvote", summary="Take one's vote back", responses={200: PollSerializer})
    def delete(self, request: Request, pk: int) -> Response:
        return self._vote(request, post_or_404(request, pk), [])

    def _vote(self, request: Request, post: Post, choices: list[int]) -> Response:
        polls.vote(user=request.user, post=post, choices=choices)
        return Response(PollSerializer(live.polls([post.pk], request.user)[post.pk]).data)


class SignUpView(APIView):
    @extend_schema(
        operation_id="post_sign_up", summary="Sign up for an event", request=None, responses={200: EventSerializer}
    )
    def put(self, request: Request, pk: int) -> Response:
        post = post_or_404(request, pk)
        events.sign_up(user=request.user, post=post)
        return self._answer(request, post)

    @extend_schema(
        operation_id="post_withdraw", summary="Give the place back, or leave the line", responses={200: EventSerializer}
    )
    def delete(self, request: Request, pk: int) -> Response:
        post = post_or_404(request, pk)
        events.withdraw(user=request.user, post=post)
        return self._answer(request, post)

    def _answer(self, request: Request, post: Post) -> Response:
        return Response(EventSerializer(live.events([post.pk], request.user)[post.pk]).data)


class CheckInView(APIView):
    @extend_schema(
        operation_id="post_check_in",
        summary="Say that one is there, with the code shown at the door",
        request=CodeSerializer,
        responses={204: None},
    )
    def post(self, request: Request, pk: int) -> Response:
        wanted = checked_with(CodeSerializer, request)
        events.check_in(user=request.user, post=post_or_404(request, pk), code=wanted["code"])
        return Response(status=status.HTTP_204_NO_CONTENT)


class ParticipantsView(APIView):
    @extend_schema(
        operation_id="post_participants",
        summary="Who comes, for the organiser",
        responses=ParticipantSerializer(many=True),
    )
    def get(self, request: Request, pk: int) -> Response:
        post = post_or_404(request, pk)
        rules.can_run(request.user, post).require()
        rows = queries.participants(post, request.user)
        return Response(ParticipantSerializer(rows, many=True, context={"request": request}).data)


class CloseView(APIView):
    @extend_schema(
        operation_id="post_close",
        summary="Close a poll before its time, or call an event off; its author",
        request=None,
        responses=PostSerializer,
    )
    def post(self, request: Request, pk: int) -> Response:
        post = post_or_404(request, pk)
        if post.kind == "event":
            events.call_off(actor=request.user, post=post)
        else:
            polls.close(actor=request.user, post=post)
        return Response(post_json(request, pk))


class AcceptedView(APIView):
    @extend_schema(
        operation_id="post_accept",
        summary="Accept the floor that answers one's question",
        request=AcceptingSerializer,
        responses=PostSerializer,
    )
    def put(self, request: Request, pk: int) -> Response:
        post = post_or_404(request, pk)
        wanted = checked_with(AcceptingSerializer, request)
        found = Comment.objects.visible_to(request.user).filter(post=post, pk=wanted["comment"]).first()
        if found is None:
            raise NotFound("comment_not_found", _("This comment is no longer here."))
        questions.accept(actor=request.user, comment=found)
        return Response(post_json(request, pk))

    @extend_schema(operation_id="post_unaccept", summary="Open one's question again", responses={200: PostSerializer})
    def delete(self, request: Request, pk: int) -> Response:
        questions.unaccept(actor=request.user, post=post_or_404(request, pk))
        return Response(post_json(request, pk))


class VersionsView(APIView):
    @extend_schema(
        operation_id="post_versions",
        summary="What a post says and said, the newest first, with what changed",
        responses=VersionSerializer(many=True),
    )
    def get(self, request: Request, pk: int) -> Response:
        found = queries.versions(post_or_404(request, pk), request.user)
        return Response(VersionSerializer(found, many=True).data)


class LinkView(APIView):
    @extend_schema(
        operation_id="post_link",
        summary="Show the card of the page a post links to, or not",
        request=LinkingSerializer,
        responses=PostSerializer,
    )
    def put(self, request: Request, pk: int) -> Response:
        wanted = checked_with(LinkingSerializer, request)
        posts.drop_link(actor=request.user, post=post_or_404(request, pk), shown=wanted["shown"])
        return Response(post_json(request, pk))


class DraftsView(APIView):
    @extend_schema(
        operation_id="drafts_list",
        summary="My drafts: those that publish themselves first",
        responses=DraftSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        rows = queries.my_drafts(request.user)
        return Response(DraftSerializer(rows, many=True, context={"request": request}).data)


class DraftView(APIView):
    @extend_schema(operation_id="draft", summary="One draft of mine", responses=DraftSerializer)
    def get(self, request: Request, draft_id: UUID) -> Response:
        return self._answer(request, draft_id)

    @extend_schema(
        operation_id="draft_save",
        summary="Write a draft; with publish_at it publishes itself then",
        request=DraftingSerializer,
        responses=DraftSerializer,
    )
    def put(self, request: Request, draft_id: UUID) -> Response:
        wanted = checked_with(DraftingSerializer, request)
        circle = None
        if wanted["circle"]:
            circle = Circle.objects.visible_to(request.user).filter(slug=wanted["circle"]).first()
            if circle is None:
                raise NotFound("circle_not_found", _("There is no such circle."))
        fields = wanted["extra"]
        options = fields.get("options") or []
        if not isinstance(options, list):
            raise Invalid("bad_options", _("Options are a list of texts."), field="extra")
        texts = {name: str(value) for name, value in fields.items() if name != "options" and value not in (None, False)}
        drafts.save(
            author=request.user,
            draft_id=draft_id,
            circle=circle,
            body=wanted["body"],
            kind=wanted["kind"],
            title=wanted["title"],
            fields=fields_of(texts, [str(text) for text in options]),
        )
        if wanted["publish_at"] is not None:
            scheduling.schedule(author=request.user, draft_id=draft_id, publish_at=wanted["publish_at"])
        else:
            scheduling.unschedule(author=request.user, draft_id=draft_id)
        return self._answer(request, draft_id)

    @extend_schema(operation_id="draft_discard", summary="Throw a draft away", responses={204: None})
    def delete(self, request: Request, draft_id: UUID) -> Response:
        drafts.discard(author=request.user, draft_id=draft_id)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _answer(self, request: Request, draft_id: UUID) -> Response:
        found: Any = Draft.objects.select_related("circle").filter(pk=draft_id, author_id=request.user.pk).first()
        if found is None:
            raise Http404
        return Response(DraftSerializer(found, context={"request": request}).data)
