from discovery.models.choice import Dismissal, Interests
from discovery.models.growth import CircleGrowth
from discovery.models.heat import PostHeat
from discovery.models.kinship import CircleKinship, CircleTrait
from discovery.models.suggestion import PersonSuggestion

__all__ = [
    "CircleGrowth",
    "CircleKinship",
    "CircleTrait",
    "Dismissal",
    "Interests",
    "PersonSuggestion",
    "PostHeat",
]
