"""Merchants over the API. Views load, call the actions that pages call, and serialize."""

from uuid import uuid4

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from circles.actions import photos
from circles.api.serializers import PostSerializer, PublishingSerializer
from circles.models import Post
from circles.queries import post_card
from core.api.lists import ListView
from core.api.reading import checked_with
from merchants import queries, rules
from merchants.actions import announcements, fans
from merchants.api.serializers import FollowingSerializer, MerchantSerializer
from merchants.models import Announcement, Merchant, MerchantState


class MerchantsView(ListView):
    serializer_class = MerchantSerializer

    @extend_schema(
        operation_id="merchants_list",
        summary="Verified merchants, those with most fans first",
        parameters=[OpenApiParameter("q", str, description="Part of the name.")],
        responses=MerchantSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        words = request.query_params.get("q", "")
        return self.answer(
            lambda cursor, size: queries.discover(request.user, words, cursor, size=size), MerchantSerializer
        )


class MerchantView(APIView):
    @extend_schema(operation_id="merchant", summary="One merchant", responses=MerchantSerializer)
    def get(self, request: Request, slug: str) -> Response:
        [card] = queries.cards([merchant_or_404(request, slug)], request.user)
        return Response(MerchantSerializer(card, context={"request": request}).data)


class AnnouncementsView(ListView):
    """What a merchant announced; its staff announces here too."""

    serializer_class = PostSerializer

    @extend_schema(
        operation_id="announcements_list",
        summary="Announcements of a merchant, the newest first",
        responses=PostSerializer(many=True),
    )
    def get(self, request: Request, slug: str) -> Response:
        merchant = merchant_or_404(request, slug)
        return self.answer(
            lambda cursor, size: queries.announcements(merchant, request.user, cursor, size=size), PostSerializer
        )

    @extend_schema(
        operation_id="announcements_publish",
        summary="Announce to all fans",
        description="For people who speak for the merchant. It reaches every fan at once.",
        request=PublishingSerializer,
        responses={200: PostSerializer, 201: PostSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        merchant = merchant_or_404(request, slug)
        rules.can_announce(request.user, merchant, is_staff=queries.is_staff(request.user, merchant)).require()
        wanted = checked_with(PublishingSerializer, request)
        key = wanted.get("key") or uuid4()
        sent = Announcement.objects.filter(merchant=merchant, post__author=request.user, post__key=key).first()
        if sent is not None:
            return self._post(request, sent, status.HTTP_200_OK)
        chosen = photos.owned(author=request.user, keys=wanted["photos"])
        if uploads := request.FILES.getlist("photo"):
            chosen += photos.take_in(author=request.user, circle=merchant.circle, uploads=uploads, already=len(chosen))
        announcement = announcements.publish(
            author=request.user, merchant=merchant, key=key, body=wanted["body"], pictures=chosen
        )
        return self._post(request, announcement, status.HTTP_201_CREATED)

    def _post(self, request: Request, announcement: Announcement, code: int) -> Response:
        post = Post.objects.visible_to(request.user).for_cards().filter(pk=announcement.post_id).first()
        if post is None:
            raise Http404
        card = post_card(post, request.user)
        return Response(PostSerializer(card, context={"request": request}).data, status=code)


class FollowingView(APIView):
    """Whether the caller follows a merchant."""

    @extend_schema(operation_id="following", summary="Do I follow it?", responses=FollowingSerializer)
    def get(self, request: Request, slug: str) -> Response:
        return self._answer(request, merchant_or_404(request, slug))

    @extend_schema(
        operation_id="following_start",
        summary="Follow, or choose how much reaches you",
        request=FollowingSerializer,
        responses={200: FollowingSerializer, 201: FollowingSerializer},
    )
    def put(self, request: Request, slug: str) -> Response:
        merchant = merchant_or_404(request, slug)
        sent = checked_with(FollowingSerializer, request)
        is_new = queries.fan_of(request.user, merchant) is None
        fans.follow(user=request.user, merchant=merchant)
        if "level" in sent:
            fans.set_level(user=request.user, merchant=merchant, level=sent["level"])
        elif "muted" in sent:
            fans.set_muted(user=request.user, merchant=merchant, muted=sent["muted"])
        return self._answer(request, merchant, status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)

    @extend_schema(operation_id="following_stop", summary="Stop following", responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        fans.unfollow(user=request.user, merchant=merchant_or_404(request, slug))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _answer(self, request: Request, merchant: Merchant, code: int = status.HTTP_200_OK) -> Response:
        fan = queries.fan_of(request.user, merchant)
        return Response(
            {"following": fan is not None, "level": fan.level if fan else "", "muted": bool(fan and fan.muted)},
            status=code,
        )


def merchant_or_404(request: Request, slug: str) -> Merchant:
    """The open merchant; waiting, refused and unknown ones answer alike."""
    visible = Merchant.objects.visible_to(request.user).filter(state=MerchantState.VERIFIED)
    merchant = queries.with_pictures(visible).filter(slug=slug).first()
    if merchant is None:
        raise Http404
    return merchant
