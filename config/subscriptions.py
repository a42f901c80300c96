"""What happens when … — every event of the project and the jobs it becomes, on one page.

Event class → names of job handlers ("app.function", see core.jobs). A test holds this table complete.
"""

from collections.abc import Mapping, Sequence

from accounts import events as accounts
from circles import events as circles
from core.events import Event
from daily import events as daily
from merchants import events as merchants
from moderation import events as moderation

SUBSCRIPTIONS: Mapping[type[Event], Sequence[str]] = {
    accounts.CreditChanged: ["notifications.notify_credit_changed"],
    accounts.FactsChanged: [],
    accounts.FactGranted: ["notifications.notify_fact_granted"],
    accounts.FactExpiring: ["notifications.notify_fact_expiring"],
    accounts.FactRevoked: ["notifications.notify_fact_revoked"],
    accounts.IdentityChanged: [
        "notifications.notify_identity_changed",
        "accounts.assess_after_identity",
        "circles.take_votes_back",
        "discovery.join_wished",
    ],
    accounts.PersonFollowed: ["notifications.notify_follow"],
    accounts.ProfileChanged: ["search.index_person"],
    circles.CircleChanged: ["search.index_circle"],
    circles.CollectionRemoved: ["notifications.notify_collection_removed"],
    circles.CircleOffered: ["notifications.notify_circle_offered"],
    circles.FoundingDecided: ["notifications.notify_founding_decided"],
    circles.JoinDecided: ["notifications.notify_join_decided"],
    circles.JoinRequested: ["notifications.notify_join_requested"],
    circles.MemberConcerned: ["notifications.notify_member_concerned"],
    circles.OfferAnswered: ["notifications.notify_offer_answered"],
    circles.SuccessionMoved: ["notifications.notify_succession_moved"],
    circles.MemberJoined: [
        "feeds.backfill_timeline",
        "discovery.gather_for_member",
        "notifications.notify_welcome",
        "daily.look_at_newcomer",
    ],
    circles.MembersTold: ["notifications.notify_members_told"],
    circles.ThingHeld: ["notifications.notify_thing_held"],
    circles.HeldDecided: ["notifications.notify_held_decided"],
    circles.MemberLeft: ["feeds.forget_circle"],
    circles.PostPublished: [
        "feeds.fan_out_post",
        "notifications.notify_mentions_in_post",
        "notifications.notify_new_post",
        "daily.count_post",
        "search.index_post",
    ],
    circles.PostChanged: ["search.index_post"],
    circles.PostFeatured: ["daily.look_at_featured"],
    circles.PostStateChanged: ["daily.count_post", "search.index_post"],
    circles.PostLiked: [
        "notifications.notify_like",
        "circles.count_like_for_credit",
        "daily.count_like",
        "discovery.warm_liked",
    ],
    circles.PostUnliked: ["circles.count_like_for_credit", "daily.count_like", "discovery.warm_liked"],
    circles.CommentPublished: [
        "notifications.notify_comment",
        "daily.count_comment",
        "search.index_comment",
        "discovery.warm_answered",
    ],
    circles.CommentStateChanged: ["daily.count_comment", "search.index_comment", "discovery.warm_answered"],
    daily.MedalGiven: ["notifications.notify_medal_given"],
    daily.MedalTaken: ["notifications.notify_medal_taken"],
    daily.GoalReached: ["notifications.notify_goal_reached"],
    daily.GoalStopped: ["notifications.notify_goal_stopped"],
    circles.CommentLiked: ["notifications.notify_comment_like", "circles.count_comment_like_for_credit"],
    circles.CommentUnliked: ["circles.count_comment_like_for_credit"],
    merchants.MerchantApproved: ["search.index_merchant"],
    circles.PollClosed: ["notifications.notify_poll_closed"],
    circles.EventNews: ["notifications.notify_event_news"],
    circles.PlaceFreed: ["notifications.notify_place_freed"],
    circles.AnswerAccepted: ["notifications.notify_answer_accepted", "daily.look_at_accepted"],
    circles.DraftNotPublished: ["notifications.notify_draft_not_published"],
    merchants.FanFollowed: ["feeds.backfill_announcements"],
    merchants.AnnouncementPublished: ["notifications.broadcast_announcement"],
    moderation.PostHidden: ["notifications.notify_post_hidden", "discovery.warm_moderated"],
    moderation.PseudonymOpened: ["notifications.notify_pseudonym_opened"],
    moderation.PostRestored: [
        "feeds.fan_out_restored_post",
        "notifications.notify_post_restored",
        "discovery.warm_moderated",
    ],
}
