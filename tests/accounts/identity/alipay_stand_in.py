"""A stand-in for Alipay's gateway: it speaks the protocol of alipay.user.certify.open with keys of its own.

`answers` says what becomes of whom, by the beginning of their name or by what a test sets: it is the service, and so it
checks our signature, signs what it says, and shows the person a page to pass or fail on.
"""

import base64
import json
import threading
import time
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, quote, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

PSS = padding.PKCS1v15()


@cache
def a_key(_whose):
    """Keys are dear to make: one of each kind for all tests of a process."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def private_text(key):
    """As Alipay's console gives it: PKCS#1 as base64 without its frame."""
    return base64.b64encode(
        key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
    ).decode()


def public_text(key):
    return base64.b64encode(
        key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    ).decode()


class StandIn:
    def __init__(self, app_id="2021000000000000"):
        self.app_id, self.own, self.customers = app_id, a_key("alipay"), a_key("ours")
        self.stranger = a_key("stranger")
        self.seen, self.begun, self.trouble = [], {}, ""
        """`trouble`: forged, unsigned, cut, slow, html, error, drop; or refused, system, for signed business errors."""
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)

    @property
    def gateway(self):
        return f"http://127.0.0.1:{self.server.server_port}/gateway.do"

    def environment(self):
        return {
            "ALIPAY_APP_ID": self.app_id,
            "ALIPAY_APP_PRIVATE_KEY": private_text(self.customers),
            "ALIPAY_PUBLIC_KEY": public_text(self.own),
            "ALIPAY_GATEWAY": self.gateway,
            "OUTBOUND_LOCAL_HOSTS": "127.0.0.1",
        }

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.server.shutdown()
        self.server.server_close()

    def decide(self, certify_id, passed):
        self.begun[certify_id]["passed"] = passed

    def check(self, asked):
        """Our customer's signature over all that was sent, sorted by name. Raises InvalidSignature or KeyError."""
        asked = dict(asked)
        signature = base64.b64decode(asked.pop("sign"))
        content = "&".join(f"{name}={asked[name]}" for name in sorted(asked))
        self.customers.public_key().verify(signature, content.encode(), PSS, hashes.SHA256())
        assert (asked["app_id"], asked["sign_type"], asked["charset"]) == (self.app_id, "RSA2", "utf-8")
        return json.loads(asked["biz_content"])

    def answer(self, method, content):
        """What the service says, before it is signed."""
        if self.trouble == "refused":
            return {"code": "40004", "msg": "Business Failed", "sub_code": "CERT_INFO_INVALID"}
        if self.trouble == "system":
            return {"code": "40004", "msg": "Business Failed", "sub_code": "SYSTEM_ERROR"}
        if method.endswith("initialize"):
            known = [one for one in self.begun if self.begun[one]["order"] == content["outer_order_no"]]
            certify_id = known[0] if known else f"{len(self.begun):032x}"
            self.begun[certify_id] = {
                "order": content["outer_order_no"],
                "person": content["identity_param"],
                "return_url": content["merchant_config"]["return_url"],
                "passed": None,
            }
            return {"code": "10000", "msg": "Success", "certify_id": certify_id}
        passed = self.begun[content["certify_id"]]["passed"]
        said = {"code": "10000", "msg": "Success", "passed": "T" if passed else "F"}
        return said if passed is not False else {**said, "fail_reason": "face does not match"}

    def sign(self, method, answer):
        plain = json.dumps(answer, ensure_ascii=False)
        key = self.stranger if self.trouble == "forged" else self.own
        sign = base64.b64encode(key.sign(plain.encode(), PSS, hashes.SHA256())).decode()
        name = f"{method.replace('.', '_')}_response"
        if self.trouble == "unsigned":
            return f'{{"{name}": {plain}}}'
        if self.trouble == "swapped":
            plain = plain.replace('"F"', '"T"')
        return f'{{"{name}":{plain},"sign":"{sign}"}}'

    def _handler(self):
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *words):
                pass

            def do_POST(self):
                size = int(self.headers.get("Content-Length", 0))
                body = self.rfile.read(size).decode()
                asked = dict(parse_qsl(body, keep_blank_values=True))
                stand_in.seen.append((self.path, asked))
                if stand_in.trouble == "drop":
                    self.connection.close()
                    return
                if stand_in.trouble == "slow":
                    time.sleep(2)
                try:
                    content = stand_in.check(asked)
                except (InvalidSignature, KeyError):
                    said = {"code": "40002", "msg": "Invalid Arguments", "sub_code": "isv.invalid-signature"}
                else:
                    said = stand_in.answer(asked["method"], content)
                text = stand_in.sign(asked.get("method", "error"), said)
                if stand_in.trouble == "html":
                    text = "<html>maintenance</html>"
                if stand_in.trouble == "cut":
                    text = text[: len(text) // 2]
                self._say(500 if stand_in.trouble == "error" else 200, text, "application/json")

            def do_GET(self):
                parts = urlsplit(self.path)
                asked = dict(parse_qsl(parts.query))
                if parts.path == "/decide":
                    stand_in.decide(asked["certify_id"], asked["passed"] == "1")
                    self.send_response(302)
                    self.send_header("Location", stand_in.begun[asked["certify_id"]]["return_url"])
                    self.end_headers()
                    return
                try:
                    certify_id = stand_in.check(asked)["certify_id"]
                except (InvalidSignature, KeyError):
                    self._say(403, "bad signature", "text/plain")
                    return
                link = f"/decide?certify_id={quote(certify_id)}&passed="
                self._say(
                    200,
                    f'<html><body><a href="{link}1">pass</a> <a href="{link}0">fail</a></body></html>',
                    "text/html",
                )

            def _say(self, status, text, kind):
                data = text.encode()
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        return Handler
