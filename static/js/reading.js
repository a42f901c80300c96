// How far one has read in a circle: the page says so, once for each newest post and at most once a minute, and draws a line
// above the first post that was there last time.

const PAUSE = 60_000;

export function startReading() {
  const place = document.querySelector('[data-read]:not([data-read=""])');
  if (!place) return;
  const key = `read:${window.location.pathname}`;
  const store = (value) => {
    try {
      if (value) sessionStorage.setItem(key, JSON.stringify(value));
      return JSON.parse(sessionStorage.getItem(key) ?? "{}");
    } catch {
      return {};
    }
  };

  async function tell() {
    const to = newest();
    const last = store();
    if (!to || last.to === to || Date.now() - (last.at ?? 0) < PAUSE) {
      if (last.before) draw(last.before, place.dataset.label);
      return;
    }
    const { "X-CSRFToken": token } = JSON.parse(document.body.getAttribute("hx-headers"));
    const answer = await fetch(place.dataset.read, {
      method: "POST",
      headers: { "X-CSRFToken": token, Accept: "application/json" },
      body: new URLSearchParams({ to }),
      keepalive: true,
    });
    if (!answer.ok) return;
    const { before } = await answer.json();
    store({ to, at: Date.now(), before });
    if (before) draw(before, place.dataset.label);
  }

  // Only what is seen is read: not a tab in the background.
  const seen = () => !document.hidden && tell().catch(() => {});
  seen();
  document.addEventListener("visibilitychange", seen);
  document.body.addEventListener("htmx:afterSettle", (event) => event.detail.target?.id === "feed" && seen());
}

/** Where the first post stands, as the sign for new ones has it (circles/fresh.py). */
function newest() {
  const poll = document.querySelector("#new-posts")?.dataset.fresh;
  return poll ? new URL(poll, window.location.href).searchParams.get("since") : "";
}

function draw(before, label) {
  const posts = [...document.querySelectorAll("#feed > article.post")];
  const first = posts.findIndex((post) => new Date(post.querySelector("time")?.dateTime ?? 0) <= new Date(before));
  if (first < 1) return; // nothing new, or everything
  posts[first].dataset.seenFrom = label;
}
