"""Providers for development and tests: they ask nobody, and always answer the same.

What they say depends on how the name begins:

| name begins with | answer |
|---|---|
| 不符, Mismatch | refused: name and number do not belong together |
| 待审, Review | cannot tell: goes to the review queue |
| 故障, Down | unavailable: the service did not answer |
| 无回音, Silent | (called back only) never says anything |
| 两次, Twice | (called back only) approved, and said twice |
| anything else | approved |
"""

import hashlib
import hmac
import json
import random
import uuid
from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from stdnum.cn import ric

from accounts.identity import signing
from accounts.identity.claim import Claim
from accounts.identity.provider import Answer, BadCallback, CalledBack, Flow, Outcome, Provider
from accounts.models import Document
from core.jobs import enqueue

CALLBACK_SECONDS = 2
"""How long the sandbox takes to think before it calls back."""
_ANSWERS = {
    ("不符", "mismatch"): Answer.REFUSED,
    ("待审", "review"): Answer.REVIEW,
    ("故障", "down"): Answer.UNAVAILABLE,
}
_SILENT = ("无回音", "silent")
_TWICE = ("两次", "twice")


def _answer(claim: Claim) -> Answer:
    for beginnings, answer in _ANSWERS.items():
        if claim.name.lower().startswith(beginnings):
            return answer
    return Answer.APPROVED


class SandboxProvider(Provider):
    code = "sandbox"
    label = _("At once")
    flow = Flow.IMMEDIATE
    documents = frozenset({Document.ID_CARD, Document.PASSPORT})
    is_sandbox = True

    def begin(self, claim: Claim, *, key: str, return_url: str) -> Outcome:
        return Outcome(self.check(claim))

    def check(self, claim: Claim) -> Answer:
        return _answer(claim)


class SandboxCallbackProvider(Provider):
    """Says at first only that it was asked, and calls `/identity/callback/sandbox-callback/` a moment later.

    What it will say stands in the job that calls; of the person it keeps nothing.
    """

    code = "sandbox-callback"
    label = _("Within a minute")
    flow = Flow.CALLBACK
    is_sandbox = True

    def begin(self, claim: Claim, *, key: str, return_url: str) -> Outcome:
        answer = _answer(claim)
        if answer is Answer.UNAVAILABLE:
            return Outcome(answer)
        reference = f"sb-{uuid.uuid4().hex}"
        name = claim.name.lower()
        if not name.startswith(_SILENT):
            for number in range(2 if name.startswith(_TWICE) else 1):
                enqueue(
                    "accounts.call_back_from_sandbox",
                    run_after=timezone.now() + timedelta(seconds=CALLBACK_SECONDS * (number + 1)),
                    reference=reference,
                    answer=answer.value,
                )
        return Outcome(Answer.PENDING, reference)

    def read_callback(self, body: bytes, headers: Mapping[str, str]) -> CalledBack:
        if not signing.is_signed(body, headers, secret=callback_secret()):
            raise BadCallback
        try:
            told = json.loads(body)
            return CalledBack(reference=str(told["reference"]), answer=Answer(told["answer"]))
        except (ValueError, KeyError, TypeError) as error:
            raise BadCallback from error


def callback_secret() -> bytes:
    """What the sandbox signs with. Of this site alone, as it also is its only customer."""
    return hmac.new(settings.SECRET_KEY.encode(), b"identity sandbox", hashlib.sha256).digest()


def callback(reference: str, answer: Answer) -> tuple[bytes, dict[str, str]]:
    """Body and headers of the call the sandbox makes."""
    body = json.dumps({"reference": reference, "answer": answer.value}).encode()
    return body, signing.sign(body, secret=callback_secret(), id=uuid.uuid4().hex)


def invented_number(source: random.Random | None = None) -> str:
    """An ID number that passes every check and is nobody's: born between 1900 and 1905, long before such numbers."""
    pick = source or random.SystemRandom()
    day = f"{pick.randint(1900, 1904)}{pick.randint(1, 12):02}{pick.randint(1, 28):02}"
    body = f"{pick.choice(['110101', '310101', '330106', '440106', '510104'])}{day}{pick.randint(1, 999):03}"
    return body + ric.calc_check_digit(body + "0")
