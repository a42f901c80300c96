from circles.models.circle import Category, Circle, CircleKind, CircleState
from circles.models.comment import Comment
from circles.models.draft import Draft, DraftPhoto
from circles.models.event import Event, SignUp, SignUpState
from circles.models.gate import Gate, GateAction, GateState, ViewClause
from circles.models.like import Like
from circles.models.link import LinkPreview, LinkState
from circles.models.membership import Membership, MembershipState, Role
from circles.models.poll import Ballot, Poll, PollOption, ResultsShown
from circles.models.post import Post, PostKind, PostPhoto, Publication
from circles.models.post_version import PostVersion
from circles.models.pseudonym import Pseudonym

__all__ = [
    "Ballot",
    "Category",
    "Circle",
    "CircleKind",
    "CircleState",
    "Comment",
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
    "PostVersion",
    "Pseudonym",
    "Publication",
    "ResultsShown",
    "Role",
    "SignUp",
    "SignUpState",
    "ViewClause",
]
