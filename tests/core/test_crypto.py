import base64

import pytest
from cryptography.exceptions import InvalidTag
from django.core.exceptions import ImproperlyConfigured

from core import crypto

OLD = base64.b64encode(b"1" * 32).decode()
NEW = base64.b64encode(b"2" * 32).decode()


def test_a_text_comes_back_under_its_own_context_only():
    version, data = crypto.encrypt("张三丰", context="identity:1:name")

    assert crypto.decrypt(data, version=version, context="identity:1:name") == "张三丰"
    with pytest.raises(InvalidTag):
        crypto.decrypt(data, version=version, context="identity:2:name")


def test_the_same_text_never_looks_the_same():
    assert crypto.encrypt("张三丰", context="x")[1] != crypto.encrypt("张三丰", context="x")[1]


def test_a_changed_byte_is_noticed():
    version, data = crypto.encrypt("张三丰", context="x")
    changed = data[:-1] + bytes([data[-1] ^ 1])

    with pytest.raises(InvalidTag):
        crypto.decrypt(changed, version=version, context="x")


def test_the_newest_key_encrypts_and_older_ones_still_decrypt(settings):
    settings.IDENTITY_KEYS = {"1": OLD}
    version, data = crypto.encrypt("张三丰", context="x")
    settings.IDENTITY_KEYS = {"1": OLD, "2": NEW}

    assert crypto.encrypt("李四", context="x")[0] == 2
    assert crypto.decrypt(data, version=version, context="x") == "张三丰"


def test_the_blind_index_depends_on_the_key(settings):
    first = crypto.blind_index("110101199003070070")
    assert crypto.blind_index("110101199003070070") == first

    settings.IDENTITY_INDEX_KEY = NEW
    assert crypto.blind_index("110101199003070070") != first


@pytest.mark.parametrize("key", ["", base64.b64encode(b"short").decode()])
def test_a_key_of_the_wrong_length_stops_with_its_name(settings, key):
    settings.IDENTITY_INDEX_KEY = key
    with pytest.raises(ImproperlyConfigured, match="IDENTITY_INDEX_KEY"):
        crypto.blind_index("x")
