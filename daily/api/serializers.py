"""Medals and goals as the API shows them."""

from typing import Any

from rest_framework import serializers

from circles.api.serializers import TextField
from daily.cabinet import how
from daily.models import Cause, Goal, GoalPicture, Medal, MedalRule, MedalTone
from daily.models.medal import ICONS


class MedalSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(source="__str__", read_only=True)
    text = serializers.CharField(read_only=True)
    how = serializers.SerializerMethodField(help_text="What gives it, in words.")
    icon = serializers.CharField(read_only=True, help_text="Of Lucide.")
    tone = serializers.CharField(read_only=True)
    rule = serializers.CharField(read_only=True)
    threshold = serializers.IntegerField(read_only=True)
    is_active = serializers.BooleanField(read_only=True)
    circle = serializers.CharField(
        source="circle.slug", read_only=True, allow_null=True, default=None, help_text="Null: one of the platform's."
    )

    def get_how(self, medal: Medal) -> str:
        return how(medal)


class AwardSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(read_only=True)
    medal = MedalSerializer(read_only=True)
    at = serializers.DateTimeField(read_only=True)
    reason = serializers.CharField(read_only=True)
    shown = serializers.BooleanField(source="is_shown", read_only=True)


class WantedSerializer(serializers.Serializer[Any]):
    medal = MedalSerializer(read_only=True)
    done = serializers.IntegerField(read_only=True, allow_null=True, help_text="Null where nothing is counted.")


class MyMedalsSerializer(serializers.Serializer[Any]):
    held = AwardSerializer(many=True, read_only=True)
    wanted = WantedSerializer(many=True, read_only=True)


class MedalShownSerializer(serializers.Serializer[Any]):
    shown = serializers.BooleanField()


class MedalDefiningSerializer(serializers.Serializer[Any]):
    name = TextField()
    text = TextField(required=False, allow_blank=True, default="")
    icon = serializers.ChoiceField(choices=ICONS, required=False, default=ICONS[0])
    tone = serializers.ChoiceField(choices=MedalTone.choices, required=False, default=MedalTone.GOLD)
    rule = serializers.ChoiceField(choices=MedalRule.choices, required=False, default=MedalRule.HAND)
    threshold = serializers.IntegerField(required=False, default=0, min_value=0, max_value=100_000)
    is_active = serializers.BooleanField(required=False, default=True)


class GivingSerializer(serializers.Serializer[Any]):
    name = TextField(help_text="The member's name in this circle.")
    reason = TextField()


class TakingSerializer(serializers.Serializer[Any]):
    reason = TextField()


class HolderSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="award.pk", read_only=True, help_text="Of the award.")
    nickname = serializers.CharField(source="byline.nickname", read_only=True)
    at = serializers.DateTimeField(source="award.at", read_only=True)
    reason = serializers.CharField(source="award.reason", read_only=True)


class GoalSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(read_only=True)
    text = serializers.CharField(source="words", read_only=True)
    cause = serializers.CharField(source="cause.slug", read_only=True, allow_null=True, default=None)
    picture = serializers.CharField(read_only=True)
    target = serializers.IntegerField(read_only=True, help_text="Active days.")
    active_days = serializers.IntegerField(source="energy", read_only=True)
    percent = serializers.IntegerField(read_only=True)
    until = serializers.DateField(read_only=True, allow_null=True)
    state = serializers.CharField(read_only=True)
    started_at = serializers.DateTimeField(read_only=True)
    ended_at = serializers.DateTimeField(read_only=True, allow_null=True)


class GiverSerializer(serializers.Serializer[Any]):
    nickname = serializers.CharField(source="byline.nickname", read_only=True)
    active_days = serializers.IntegerField(source="energy", read_only=True)


class GoalPageSerializer(GoalSerializer):
    mine = serializers.IntegerField(read_only=True, help_text="Of them, the caller's.")
    givers = GiverSerializer(many=True, read_only=True)


class GoalSayingSerializer(serializers.Serializer[Any]):
    cause = serializers.SlugRelatedField(
        slug_field="slug", queryset=Cause.objects.filter(is_active=True), required=False, allow_null=True
    )
    title = TextField(required=False, allow_blank=True)
    text = TextField(required=False, allow_blank=True)
    picture = serializers.ChoiceField(choices=GoalPicture.choices, required=False)
    target = serializers.IntegerField(required=False)
    until = serializers.DateField(required=False, allow_null=True)

    def values(self, goal: Goal | None = None) -> dict[str, Any]:
        """What is said, over what the goal says already."""
        names = ("cause", "title", "text", "picture", "target", "until")
        known = {name: getattr(goal, name) for name in names} if goal is not None else {}
        return {**known, **self.validated_data}


class MemorySerializer(serializers.Serializer[Any]):
    post = serializers.IntegerField(source="post.pk", read_only=True)
    circle = serializers.CharField(source="post.circle.slug", read_only=True)
    author = serializers.CharField(source="post.byline.nickname", read_only=True)
    excerpt = serializers.CharField(source="post.excerpt", read_only=True)
    years = serializers.IntegerField(read_only=True, help_text="So many years ago.")
    is_mine = serializers.BooleanField(read_only=True)
