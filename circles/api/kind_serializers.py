"""What posts have by their kind, as the API shows and takes it."""

from typing import Any

from rest_framework import serializers

from circles import live
from circles.api.bases import AddressField, BylineSerializer, TextField
from circles.kinds import COMPOSED, EventSpec, PhotoText, PollSpec
from circles.models import Draft, LinkPreview, ResultsShown
from core.numbers import ID_MAX

KINDS = [(kind.value, kind.value) for kind in COMPOSED]


class OptionSerializer(serializers.Serializer[live.OptionView]):
    position = serializers.IntegerField(read_only=True)
    text = serializers.CharField(read_only=True)
    is_mine = serializers.BooleanField(read_only=True)
    vote_count = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="Null while results are kept back."
    )


class PollSerializer(serializers.Serializer[live.PollView]):
    """A poll as the caller sees it; nobody sees who voted for what."""

    options = OptionSerializer(many=True, read_only=True)
    my_choices = serializers.ListField(child=serializers.IntegerField(), read_only=True)
    voter_count = serializers.IntegerField(source="poll.voter_count", read_only=True)
    allows_many = serializers.BooleanField(source="poll.allows_many", read_only=True)
    allows_change = serializers.BooleanField(source="poll.allows_change", read_only=True)
    results = serializers.CharField(source="poll.results", read_only=True, help_text="always, voted or closed.")
    shows_results = serializers.BooleanField(read_only=True)
    is_over = serializers.BooleanField(read_only=True)
    closes_at = serializers.DateTimeField(source="poll.closes_at", read_only=True, allow_null=True)


class EventSerializer(serializers.Serializer[live.EventView]):
    """An event as the caller sees it."""

    starts_at = serializers.DateTimeField(source="event.starts_at", read_only=True)
    ends_at = serializers.DateTimeField(source="event.ends_at", read_only=True, allow_null=True)
    zone = serializers.CharField(source="event.zone", read_only=True, help_text="IANA time zone of the place.")
    place = serializers.CharField(source="event.place", read_only=True)
    fee_fen = serializers.IntegerField(source="event.fee_fen", read_only=True, help_text="Shown, not collected.")
    capacity = serializers.IntegerField(source="event.capacity", read_only=True, allow_null=True)
    going_count = serializers.IntegerField(source="event.going_count", read_only=True)
    waiting_count = serializers.IntegerField(source="event.waiting_count", read_only=True)
    is_called_off = serializers.BooleanField(source="event.is_called_off", read_only=True)
    is_over = serializers.BooleanField(read_only=True)
    my_state = serializers.SerializerMethodField(help_text="going, waiting or null.")

    def get_my_state(self, view: live.EventView) -> str | None:
        return "going" if view.is_going else "waiting" if view.is_waiting else None


class LinkSerializer(serializers.Serializer[LinkPreview]):
    """What the first page the text links to says of itself."""

    url = serializers.CharField(read_only=True)
    title = serializers.CharField(read_only=True)
    description = serializers.CharField(read_only=True)
    site = serializers.CharField(read_only=True)


class PollingSerializer(serializers.Serializer[Any]):
    options = serializers.ListField(child=TextField(allow_blank=True), max_length=40)
    allows_many = serializers.BooleanField(default=False)
    allows_change = serializers.BooleanField(default=True)
    results = serializers.ChoiceField(choices=ResultsShown.choices, default=ResultsShown.VOTED)
    closes_at = serializers.DateTimeField(default=None, allow_null=True)


class HappeningSerializer(serializers.Serializer[Any]):
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(default=None, allow_null=True)
    zone = serializers.CharField(default="", allow_blank=True, help_text="IANA; the site's where left out.")
    place = TextField()
    fee_fen = serializers.IntegerField(default=0)
    capacity = serializers.IntegerField(default=None, allow_null=True)


class PhotoTextSerializer(serializers.Serializer[Any]):
    key = serializers.UUIDField()
    caption = TextField(default="", allow_blank=True)
    alt = TextField(default="", allow_blank=True)


class KindFields(serializers.Serializer[Any]):
    """What a post to be published may have besides words and photos."""

    kind = serializers.ChoiceField(choices=KINDS, default="post")
    title = TextField(default="", allow_blank=True, help_text="Of articles, polls, events and questions.")
    is_ai_made = serializers.BooleanField(default=False)
    poll = PollingSerializer(required=False)
    event = HappeningSerializer(required=False)
    photo_texts = PhotoTextSerializer(many=True, required=False, help_text="Captions and alt texts by key.")


def poll_of(wanted: dict[str, Any]) -> PollSpec | None:
    return PollSpec(**wanted["poll"]) if wanted.get("poll") else None


def event_of(wanted: dict[str, Any]) -> EventSpec | None:
    return EventSpec(**wanted["event"]) if wanted.get("event") else None


def photo_texts_of(wanted: dict[str, Any]) -> dict[Any, PhotoText]:
    return {text["key"]: PhotoText(text["caption"], text["alt"]) for text in wanted.get("photo_texts", [])}


class VotingSerializer(serializers.Serializer[Any]):
    choices = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=99), min_length=1, help_text="Positions of options."
    )


class CodeSerializer(serializers.Serializer[Any]):
    code = TextField()


class AcceptingSerializer(serializers.Serializer[Any]):
    comment = serializers.IntegerField(min_value=1, max_value=ID_MAX, help_text="Id of a floor.")


class LinkingSerializer(serializers.Serializer[Any]):
    shown = serializers.BooleanField()


class ParticipantSerializer(serializers.Serializer[Any]):
    person = BylineSerializer(source="byline", read_only=True)
    state = serializers.CharField(source="sign_up.state", read_only=True, help_text="going or waiting.")
    signed_up_at = serializers.DateTimeField(source="sign_up.queued_at", read_only=True)
    checked_in_at = serializers.DateTimeField(source="sign_up.checked_in_at", read_only=True, allow_null=True)


class PieceSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(read_only=True, help_text="same, added or removed.")
    text = serializers.CharField(read_only=True)


class VersionSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField(read_only=True)
    written_at = serializers.DateTimeField(read_only=True)
    title = PieceSerializer(many=True, read_only=True)
    body = PieceSerializer(many=True, read_only=True)


class DraftSerializer(serializers.Serializer[Draft]):
    """A post not sent yet."""

    id = serializers.UUIDField(read_only=True, help_text="Becomes the key of the post.")
    circle = serializers.CharField(source="circle.slug", read_only=True, default=None)
    kind = serializers.CharField(read_only=True)
    title = serializers.CharField(read_only=True)
    body = serializers.CharField(read_only=True)
    extra = serializers.JSONField(source="fields", read_only=True)
    publish_at = serializers.DateTimeField(read_only=True, allow_null=True)
    problem = serializers.CharField(read_only=True, help_text="Why it did not publish itself.")
    updated_at = serializers.DateTimeField(read_only=True)
    url = AddressField(source="get_absolute_url")


class DraftingSerializer(serializers.Serializer[Any]):
    circle = TextField(default="", allow_blank=True, help_text="Slug.")
    kind = serializers.ChoiceField(choices=KINDS, default="post")
    title = TextField(default="", allow_blank=True)
    body = TextField(default="", allow_blank=True)
    extra = serializers.DictField(
        default=dict,
        help_text="As in the form: options (list), results, closes_at, starts_at, ends_at, zone, place, fee, capacity,"
        " is_ai_made, allows_many, keeps_votes.",
    )
    publish_at = serializers.DateTimeField(default=None, allow_null=True)
