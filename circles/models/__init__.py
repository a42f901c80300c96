from circles.models.circle import Category, Circle, CircleKind, CircleState
from circles.models.comment import Comment
from circles.models.draft import Draft, DraftPhoto
from circles.models.gate import Gate, GateAction, GateState, ViewClause
from circles.models.like import Like
from circles.models.membership import Membership, MembershipState, Role
from circles.models.post import Post, PostKind, PostPhoto, Publication
from circles.models.pseudonym import Pseudonym

__all__ = [
    "Category",
    "Circle",
    "CircleKind",
    "CircleState",
    "Comment",
    "Draft",
    "DraftPhoto",
    "Gate",
    "GateAction",
    "GateState",
    "Like",
    "Membership",
    "MembershipState",
    "Post",
    "PostKind",
    "PostPhoto",
    "Pseudonym",
    "Publication",
    "Role",
    "ViewClause",
]
