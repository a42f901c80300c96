"""Vote, ask and accept, quote and keep, on a phone; and what a stranger's browser is refused."""

import re
import uuid

import pytest
from playwright.sync_api import expect

from circles.actions import comments, memberships, polls, posts
from circles.kinds import Composition, PollSpec
from circles.models import Ballot, Bookmark, Post
from tests.e2e.test_journey import log_in
from tests.factories import CircleFactory, UserFactory


@pytest.fixture
def circle():
    """With a poll of its owner's, a question of `asker`, and two answers of `helper` and the owner."""
    found = CircleFactory(slug="hiking", name="爬山去")
    asker, helper = UserFactory(username="asker", nickname="提问的人"), UserFactory(nickname="热心山友")
    for person in (asker, helper):
        memberships.join(user=person, circle=found)
    what = Composition(kind="poll", title="周末去哪座山？", poll=PollSpec(options=("云台山", "青峰")))
    posts.compose(author=found.owner, circle=found, key=uuid.uuid4(), what=what)
    what = Composition(kind="question", title="新手要买登山杖吗？", body="第一次爬山。")
    question = posts.compose(author=asker, circle=found, key=uuid.uuid4(), what=what)
    comments.publish(author=helper, post=question, key=uuid.uuid4(), body="先借一副试试再说。")
    comments.publish(author=found.owner, post=question, key=uuid.uuid4(), body="下山时膝盖会感谢你。")
    return found


def test_vote_accept_quote_and_keep(new_page, circle):
    poll, question = Post.objects.get(kind="poll"), Post.objects.get(kind="question")
    page = new_page()
    log_in(page, "asker")

    # A vote shows the results in place, and is one vote.
    page.goto(poll.get_absolute_url())
    box = page.locator(f"#poll-{poll.pk}")
    expect(box).to_contain_text("results after your vote")
    box.get_by_role("button", name="青峰").click()
    expect(box).to_contain_text("100%")
    expect(box.get_by_role("button", name="青峰")).to_have_attribute("aria-pressed", "true")
    assert list(Ballot.objects.values_list("voter__username", "choices")) == [("asker", [1])]

    # Over meanwhile: the vote is refused in words, and stays as it was.
    polls.close(actor=circle.owner, post=poll)
    box.get_by_role("button", name="云台山").click()
    expect(page.locator(".toast", has_text=re.compile("over|closed", re.I))).to_be_visible()
    assert Ballot.objects.get().choices == [1]

    # Who asked accepts a floor; it stands above all others.
    page.goto(question.get_absolute_url())
    floor = page.locator(".floor", has_text="先借一副试试再说。")
    floor.get_by_role("button", name="Accept").click()
    accepted = page.locator(".accepted")
    expect(accepted).to_contain_text("先借一副试试再说。")
    expect(page.locator("article")).to_contain_text("Answered")

    # A floor is quoted in the next one.
    other = page.locator(".floor", has_text="下山时膝盖会感谢你。")
    other.get_by_role("link", name="Quote").click()
    expect(page.locator("#comment-form")).to_contain_text("Quoting")
    page.fill("#comment-body", "那就两个都听。")
    page.get_by_role("button", name="Send").click()
    mine = page.locator(".floor", has_text="那就两个都听。")
    expect(mine.locator(".quote")).to_contain_text("下山时膝盖会感谢你。")

    # Kept for oneself, from the menu.
    page.locator("article summary").first.click()
    page.locator("article").get_by_role("button", name="Keep").click()
    page.goto("/me/saved/")
    expect(page.locator("main")).to_contain_text("新手要买登山杖吗？")
    assert Bookmark.objects.get().post_id == question.pk

    # A stranger sees all of it and is offered none of what only the asker may do.
    stranger = new_page()
    stranger.goto(question.get_absolute_url())
    expect(stranger.locator(".accepted")).to_contain_text("先借一副试试再说。")
    expect(stranger.get_by_role("button", name="Accept")).to_have_count(0)
    expect(stranger.get_by_role("button", name="Not the answer")).to_have_count(0)
    stranger.goto(poll.get_absolute_url())
    expect(stranger.locator(f"#poll-{poll.pk}").get_by_role("button")).to_have_count(0)
    stranger.goto("/me/saved/")
    expect(stranger).to_have_url(re.compile("/accounts/login/"))
