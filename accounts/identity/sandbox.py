"""A provider for development and tests: it asks nobody, and always answers the same.

What it says depends on how the name begins:

| name begins with | answer |
|---|---|
| 不符, Mismatch | refused: name and number do not belong together |
| 待审, Review | pending: goes to the review queue |
| 故障, Down | unavailable: the service did not answer |
| anything else | approved |
"""

import random

from stdnum.cn import ric

from accounts.identity.claim import Claim
from accounts.identity.provider import Answer

_ANSWERS = {
    ("不符", "mismatch"): Answer.REFUSED,
    ("待审", "review"): Answer.PENDING,
    ("故障", "down"): Answer.UNAVAILABLE,
}


class SandboxProvider:
    code = "sandbox"

    def check(self, claim: Claim) -> Answer:
        for beginnings, answer in _ANSWERS.items():
            if claim.name.lower().startswith(beginnings):
                return answer
        return Answer.APPROVED


def invented_number(source: random.Random | None = None) -> str:
    """An ID number that passes every check and is nobody's: born between 1900 and 1905, long before such numbers."""
    pick = source or random.SystemRandom()
    day = f"{pick.randint(1900, 1904)}{pick.randint(1, 12):02}{pick.randint(1, 28):02}"
    body = f"{pick.choice(['110101', '310101', '330106', '440106', '510104'])}{day}{pick.randint(1, 999):03}"
    return body + ric.calc_check_digit(body + "0")
