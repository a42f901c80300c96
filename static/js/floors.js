// The floors that came while a post was open: brought in where they belong, and then shown.

import { showToast } from "./toasts.js";

const numberOf = (floor) => Number(floor.querySelector(".floor__number")?.textContent.replace(/\D/g, "") ?? 0);

export function startFloors() {
  document.body.addEventListener("htmx:oobAfterSwap", (event) => {
    if (event.detail.target.id === "comment-count") showCount(document.getElementById("comment-count").textContent);
  });
  const sign = document.getElementById("fresh");
  if (!sign?.dataset.fresh) return;
  // Floors may have been written between what the page counted and what it shows.
  countFrom(sign, Math.max(0, ...[...document.querySelectorAll("#comments .floor")].map(numberOf)));

  sign.addEventListener("click", async (event) => {
    const pill = event.target.closest("[data-new-floors]");
    if (!pill || !hasPlaceFor(sign.dataset.order)) return;
    event.preventDefault();
    pill.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(`${sign.dataset.fresh}&load=1`, { redirect: "manual", cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      const html = await answer.text();
      if (sign.dataset.order === "newest" && html.includes("load-more")) {
        window.location.assign(pill.href); // more than fit above the others
        return;
      }
      bring(sign, html);
    } catch {
      pill.removeAttribute("aria-busy");
      showToast(document.body.dataset.msgFailed, { level: "error" });
    }
  });
}

// Of all floors, the newest first, new ones stand on top. Else they come below the last; where that is not shown yet, or only
// the author's are shown, the link leads to a page that begins with them.
function hasPlaceFor(order) {
  return order === "newest" || (order !== "author" && !document.querySelector("#comments .load-more"));
}

function bring(sign, html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const list = document.getElementById("new-floors");
  const brought = [...parsed.querySelectorAll(".floor")];
  const fresh = brought.filter((floor) => !document.getElementById(floor.id));
  for (const floor of fresh) {
    // One's own floor may stand there already, with a higher number.
    const isNewestFirst = sign.dataset.order === "newest";
    const comesAfter = (other) => (isNewestFirst ? numberOf(other) < numberOf(floor) : numberOf(other) > numberOf(floor));
    const next = [...list.children].find(comesAfter);
    list.insertBefore(floor, next ?? null);
    window.htmx?.process(floor);
  }
  const more = parsed.querySelector(".load-more");
  if (more) {
    list.after(more);
    window.htmx?.process(more);
  }
  const count = parsed.querySelector("[data-comment-count]")?.dataset.commentCount;
  if (count) showCount(count);
  document.getElementById("no-comments")?.remove();
  countFrom(sign, Math.max(0, ...brought.map(numberOf)));
  sign.replaceChildren();
  sign.dispatchEvent(new CustomEvent("fresh:read", { bubbles: true }));
  const [first] = fresh;
  if (!first) return;
  first.tabIndex = -1;
  first.focus({ preventScroll: true });
  first.scrollIntoView({ block: "start", behavior: "auto" });
}

// In the heading and below the post itself, where large numbers are written shorter.
function showCount(count) {
  document.getElementById("comment-count").textContent = count;
  const below = document.querySelector('#main .post__action[href$="#comments"] .tabular');
  if (below && Number(count) > 0 && Number(count) < 10000) below.textContent = count;
}

function countFrom(sign, number) {
  const url = new URL(sign.dataset.fresh, window.location.href);
  if (number <= Number(url.searchParams.get("after"))) return;
  url.searchParams.set("after", String(number));
  sign.dataset.fresh = url.pathname + url.search;
}
