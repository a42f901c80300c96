"""What suggestions may rest on, and how they are weighed. Pure."""

from collections.abc import Iterable

from accounts.models import SENSITIVE_KINDS, FactKind
from accounts.passport import HeldFact

UNTOLD = SENSITIVE_KINDS | {FactKind.ADULT}
"""Facts no suggestion is made from."""

WEIGHTS = {"fan": 0.6, "fact": 0.5, "place": 0.45, "category": 0.35, "region": 0.3, "rising": 0.1, "large": 0.0}
"""What a reason counts beside kinship, which is a cosine between 0 and 1 (summed over one's circles)."""


def tokens_of(facts: Iterable[HeldFact], region: str) -> list[str]:
    """What suggestions go by: the facts that hold, but the sensitive ones, and the province of the last visit."""
    tokens = [f"{fact.kind}:{fact.value}" for fact in facts if fact.value and fact.kind not in UNTOLD]
    if region.startswith("CN-"):
        tokens.append(f"region:{region.removeprefix('CN-')}")
    return tokens
