from circles.models.bookmark import Bookmark, BookmarkFolder
from circles.models.circle import Category, Circle, CircleKind, CircleState, Entry, Visibility
from circles.models.circle_export import CircleExport
from circles.models.collection import Collection, CollectionPage, CollectionSection
from circles.models.comment import Comment
from circles.models.deed import Deed, DeedKind
from circles.models.draft import Draft, DraftPhoto
from circles.models.event import Event, SignUp, SignUpState
from circles.models.founding import Founding, FoundingState
from circles.models.gate import Gate, GateAction, GateState, ViewClause
from circles.models.holding import Held, HeldState, WordList
from circles.models.joining import Invitation, InvitationUse, JoinRequest, RequestState
from circles.models.like import CommentLike, Like
from circles.models.link import LinkPreview, LinkState
from circles.models.membership import Membership, MembershipState, Power, Role
from circles.models.poll import Ballot, Poll, PollOption, ResultsShown
from circles.models.post import Post, PostKind, PostPhoto, Publication
from circles.models.post_version import PostVersion
from circles.models.pseudonym import Pseudonym
from circles.models.reading import ReadingPlace
from circles.models.shelf import Shelf
from circles.models.succession import (
    Candidacy,
    Offer,
    OfferState,
    Succession,
    SuccessionState,
    SuccessionVote,
    Successor,
)
from circles.models.telling import MemberNotice, Welcome
from circles.models.topic import PostTopic, Topic

__all__ = [
    "Ballot",
    "Bookmark",
    "BookmarkFolder",
    "Candidacy",
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
    "Deed",
    "DeedKind",
    "Draft",
    "DraftPhoto",
    "Entry",
    "Event",
    "Founding",
    "FoundingState",
    "Gate",
    "GateAction",
    "GateState",
    "Held",
    "HeldState",
    "Invitation",
    "InvitationUse",
    "JoinRequest",
    "Like",
    "LinkPreview",
    "LinkState",
    "MemberNotice",
    "Membership",
    "MembershipState",
    "Offer",
    "OfferState",
    "Poll",
    "PollOption",
    "Post",
    "PostKind",
    "PostPhoto",
    "PostTopic",
    "PostVersion",
    "Power",
    "Pseudonym",
    "Publication",
    "ReadingPlace",
    "RequestState",
    "ResultsShown",
    "Role",
    "Shelf",
    "SignUp",
    "SignUpState",
    "Succession",
    "SuccessionState",
    "SuccessionVote",
    "Successor",
    "Topic",
    "ViewClause",
    "Visibility",
    "Welcome",
    "WordList",
]
