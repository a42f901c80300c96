"""What a rule knows beyond a sentence reaches programs as members of the problem."""

import pytest

from core.api.problems import exception_handler
from core.errors import ALLOWED, Refused, refuse


def test_details_of_a_decision_become_members_of_the_problem():
    with pytest.raises(Refused) as caught:
        refuse("gate_closed", "Students only.", {"missing": [{"code": "no_fact"}]}).require()

    response = exception_handler(caught.value, {})

    assert response is not None
    assert response.status_code == 403
    assert response.data["code"] == "gate_closed"
    assert response.data["missing"] == [{"code": "no_fact"}]


def test_details_cannot_change_what_every_problem_says():
    response = exception_handler(Refused("banned", "No.", details={"code": "other", "status": 200}), {})

    assert response is not None
    assert (response.data["code"], response.data["status"]) == ("banned", 403)


def test_a_decision_without_details_has_none():
    assert ALLOWED.details == {}
    assert hash(ALLOWED) == hash(ALLOWED)
