"""What moderators do with posts, comments and circles."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.enums import ActionVariant

from circles.admin import CircleAdmin, CommentAdmin, PostAdmin
from circles.models import Circle, CircleState, Comment, Post, Publication
from moderation.actions import circles, comments, posts
from moderation.admin.pseudonyms import ASK
from moderation.admin.reasoned import Reasoned, ReasonedAdmin
from moderation.rules import Power

for model in (Post, Comment, Circle):
    admin.site.unregister(model)


@admin.register(Post)
class ModeratedPostAdmin(ReasonedAdmin, PostAdmin):
    reasoned = (
        Reasoned(
            name="hide",
            label=_("Hide"),
            explanation=_("Nobody sees it any more, and its author is told why. It can be restored."),
            power=Power.CONTENT,
            run=lambda *, row, **said: posts.hide(post=row, **said),
            icon="visibility_off",
            variant=ActionVariant.DANGER,
            fits=lambda post: post.state == Publication.PUBLISHED,
        ),
        Reasoned(
            name="restore",
            label=_("Restore"),
            explanation=_("Everybody sees it again where it was, and its author is told."),
            power=Power.CONTENT,
            run=lambda *, row, **said: posts.restore(post=row, **said),
            icon="visibility",
            fits=lambda post: post.state == Publication.HIDDEN,
        ),
        ASK,
    )


@admin.register(Comment)
class ModeratedCommentAdmin(ReasonedAdmin, CommentAdmin):
    reasoned = (
        Reasoned(
            name="hide",
            label=_("Hide"),
            explanation=_("Nobody sees it any more. It can be restored."),
            power=Power.CONTENT,
            run=lambda *, row, **said: comments.hide(comment=row, **said),
            icon="visibility_off",
            variant=ActionVariant.DANGER,
            fits=lambda comment: comment.state == Publication.PUBLISHED,
        ),
        Reasoned(
            name="restore",
            label=_("Restore"),
            explanation=_("Everybody sees it again in its floor."),
            power=Power.CONTENT,
            run=lambda *, row, **said: comments.restore(comment=row, **said),
            icon="visibility",
            fits=lambda comment: comment.state == Publication.HIDDEN,
        ),
        ASK,
    )


@admin.register(Circle)
class ModeratedCircleAdmin(ReasonedAdmin, CircleAdmin):
    reasoned = (
        Reasoned(
            name="close",
            label=pgettext_lazy("a circle", "Close"),
            explanation=_("The circle and all in it is gone for everybody. It can be opened again."),
            power=Power.CONTENT,
            run=lambda *, row, **said: circles.close(circle=row, **said),
            icon="lock",
            variant=ActionVariant.DANGER,
            fits=lambda circle: circle.state == CircleState.OPEN,
        ),
        Reasoned(
            name="reopen",
            label=_("Reopen"),
            explanation=_("The circle and all in it is back."),
            power=Power.CONTENT,
            run=lambda *, row, **said: circles.reopen(circle=row, **said),
            icon="lock_open",
            fits=lambda circle: circle.state == CircleState.CLOSED,
        ),
    )
