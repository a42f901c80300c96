from circles.models.bookmark import Bookmark, BookmarkFolder
from circles.models.circle import Category, Circle, CircleKind, CircleState
from circles.models.circle_export import CircleExport
from circles.models.collection import Collection, CollectionPage, CollectionSection
from circles.models.comment import Comment
from circles.models.draft import Draft, DraftPhoto
from circles.models.event import Event, SignUp, SignUpState
from circles.models.gate import Gate, GateAction, GateState, ViewClause
from circles.models.like import CommentLike, Like
from circles.models.link import LinkPreview, LinkState
from circles.models.membership import Membership, MembershipState, Role
from circles.models.poll import Ballot, Poll, PollOption, ResultsShown
from circles.models.post import Post, PostKind, PostPhoto, Publication
from circles.models.post_version import PostVersion
from circles.models.pseudonym import Pseudonym
from circles.models.shelf import Shelf
from circles.models.topic import PostTopic, Topic

__all__ = [
    "Ballot",
    "Bookmark",
    "BookmarkFolder",
    "Category",
    "Circle",
    "CircleExport",
    "CircleKind",
    "CircleState",
    "Collection",
    "CollectionPage",
    "CollectionSection",
    "Comment",
    "CommentLike",
    "Draft",
    "DraftPhoto",
    "Event",
    "Gate",
    "GateAction",
    "GateState",
    "Like",
    "LinkPreview",
    "LinkState",
    "Membership",
    "MembershipState",
    "Poll",
    "PollOption",
    "Post",
    "PostKind",
    "PostPhoto",
    "PostTopic",
    "PostVersion",
    "Pseudonym",
    "Publication",
    "ResultsShown",
    "Role",
    "Shelf",
    "SignUp",
    "SignUpState",
    "Topic",
    "ViewClause",
]
