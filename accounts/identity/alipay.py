"""Alipay 身份认证 (alipay.user.certify.open): the person proves in the Alipay app, with their face, who they are.

1. initialize: we name the person and get a `certify_id`;
2. certify: the person goes to a signed address, on a phone straight into the app, on a desk by a QR code of it;
3. query: we ask whether `certify_id` passed. Nothing the browser brings back is believed.

Signing and checking signatures is done by python-alipay-sdk (RSA2: SHA-256 with RSA). Its own way of calling puts all
of a request, the name too, into the address, where proxies log it; here the very same signed text goes as the body of
a POST, through core.outbound.
"""

import base64
import logging
import textwrap
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from alipay import AliPay
from alipay.exceptions import AliPayException, AliPayValidationError
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.identity.claim import Claim
from accounts.identity.provider import Answer, Flow, Outcome, Provider
from accounts.models import Document
from core.outbound import Outbound, OutboundError

log = logging.getLogger(__name__)
_SUCCESS = "10000"
_ALIPAYS_CLOCK = ZoneInfo("Asia/Shanghai")


class AlipayFailed(Exception):
    """No answer that can be believed: no connection, no signature, a wrong one, or an error. `code` is Alipay's."""

    def __init__(self, code: str, *, is_about_the_person: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.is_about_the_person = is_about_the_person


class _Client(AliPay):
    """The SDK, calling through core.outbound."""

    def verified_sync_response(self, data: dict[str, Any], response_type: str) -> dict[str, Any]:
        body = self.sign_data(data).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        with Outbound() as outbound:
            answer = outbound.post(f"{settings.ALIPAY_GATEWAY}?charset=utf-8", body=body, headers=headers)
        if answer.status != 200:
            raise AlipayFailed(f"http {answer.status}")
        found: dict[str, Any] = self._verify_and_return_sync_response(answer.body.decode(), response_type)
        return found


class AlipayProvider(Provider):
    code = "alipay"
    label = _("With Alipay")
    flow = Flow.REDIRECT
    documents = frozenset({Document.ID_CARD})

    def begin(self, claim: Claim, *, key: str, return_url: str) -> Outcome:
        try:
            found = _call(
                "alipay.user.certify.open.initialize",
                {
                    "outer_order_no": key,
                    "biz_code": settings.ALIPAY_CERTIFY_BIZ_CODE,
                    "identity_param": {
                        "identity_type": "CERT_INFO",
                        "cert_type": "IDENTITY_CARD",
                        "cert_name": claim.name,
                        "cert_no": claim.number,
                    },
                    "merchant_config": {"return_url": return_url},
                },
            )
        except AlipayFailed as error:
            return Outcome(Answer.REFUSED if error.is_about_the_person else Answer.UNAVAILABLE)
        certify_id = str(found.get("certify_id", ""))
        if not certify_id or len(certify_id) > 64:
            return Outcome(Answer.UNAVAILABLE)
        return Outcome(Answer.PENDING, certify_id)

    def go_on(self, reference: str, *, return_url: str) -> str:
        signed = _client().client_api(
            "alipay.user.certify.open.certify",
            {"certify_id": reference},
            return_url=return_url,
            timestamp=_now(),
        )
        return f"{settings.ALIPAY_GATEWAY}?{signed}"

    def ask(self, reference: str) -> Outcome:
        try:
            found = _call("alipay.user.certify.open.query", {"certify_id": reference})
        except AlipayFailed:
            return Outcome(Answer.UNAVAILABLE, reference)
        if found.get("passed") == "T":
            return Outcome(Answer.APPROVED, reference)
        # "F" also says that the person has not finished yet; a reason is given only for what has failed.
        return Outcome(Answer.REFUSED if found.get("fail_reason") else Answer.PENDING, reference)


def _call(method: str, content: dict[str, Any]) -> dict[str, Any]:
    """Alipay's signed answer. Raises AlipayFailed; logs its code, never what was asked or answered."""
    refused = False
    try:
        found: dict[str, Any] = _client().server_api(method, content, timestamp=_now())
    except AlipayFailed as error:
        code = error.code
    except AliPayValidationError:
        code = "bad signature"
    except AliPayException as error:
        code = f"unsigned {error.__class__.__name__}"
    except OutboundError:
        code = "no connection"
    except (ValueError, KeyError, AttributeError, TypeError):
        code = "not understood"
    else:
        code = str(found.get("code", ""))
        if code == _SUCCESS:
            return found
        # A business error, signed, and not one of theirs: no such name and number, or a document they do not take.
        refused = code == "40004" and "SYSTEM_ERROR" not in str(found.get("sub_code", ""))
    log.warning("alipay_failed method=%s code=%s", method, code)
    raise AlipayFailed(code, is_about_the_person=refused) from None


def _now() -> str:
    return timezone.localtime(timezone=_ALIPAYS_CLOCK).strftime("%Y-%m-%d %H:%M:%S")


def _client() -> _Client:
    return _made(settings.ALIPAY_APP_ID, settings.ALIPAY_APP_PRIVATE_KEY, settings.ALIPAY_PUBLIC_KEY)


@cache
def _made(app_id: str, private_key: str, public_key: str) -> _Client:
    for name, value in (("APP_ID", app_id), ("APP_PRIVATE_KEY", private_key), ("PUBLIC_KEY", public_key)):
        if not value:
            raise ImproperlyConfigured(f"ALIPAY_{name} is not set")
    return _Client(
        appid=app_id,
        app_private_key_string=_pem(private_key, "PRIVATE KEY"),
        alipay_public_key_string=_pem(public_key, "PUBLIC KEY"),
        sign_type="RSA2",
    )


def _pem(key: str, kind: str) -> str:
    """Alipay's console gives keys as one line of base64; environments spell line ends as \\n."""
    key = key.strip().replace("\\n", "\n")
    if key.startswith("-----"):
        return key
    plain = "".join(key.split())
    # PKCS#1 keys begin otherwise than PKCS#8 ones: with a version and at once the modulus.
    if kind == "PRIVATE KEY" and b"*\x86H\x86\xf7" not in base64.b64decode(plain)[:40]:
        kind = "RSA PRIVATE KEY"
    return f"-----BEGIN {kind}-----\n{chr(10).join(textwrap.wrap(plain, 64))}\n-----END {kind}-----\n"
