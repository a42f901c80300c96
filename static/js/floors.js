// The floors that came while a post was open: brought in below, where they belong, and then shown.

import { showToast } from "./toasts.js";

const numberOf = (floor) => Number(floor.querySelector(".floor__number")?.textContent.replace(/\D/g, "") ?? 0);

export function startFloors() {
  const sign = document.getElementById("fresh");
  if (!sign?.dataset.fresh) return;
  // Floors may have been written between what the page counted and what it shows.
  countFrom(sign, Math.max(0, ...[...document.querySelectorAll("#comments .floor")].map(numberOf)));

  sign.addEventListener("click", async (event) => {
    const pill = event.target.closest("[data-new-floors]");
    // Between here and there are floors not shown yet: the link leads to a page that begins with the new ones.
    if (!pill || document.querySelector("#comments .load-more")) return;
    event.preventDefault();
    pill.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(`${sign.dataset.fresh}&load=1`, { redirect: "manual", cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      bring(sign, await answer.text());
    } catch {
      pill.removeAttribute("aria-busy");
      showToast(document.body.dataset.msgFailed, { level: "error" });
    }
  });
}

function bring(sign, html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const list = document.getElementById("new-floors");
  const brought = [...parsed.querySelectorAll(".floor")];
  const fresh = brought.filter((floor) => !document.getElementById(floor.id));
  for (const floor of fresh) {
    // One's own floor may stand there already, with a higher number.
    const next = [...list.children].find((other) => numberOf(other) > numberOf(floor));
    list.insertBefore(floor, next ?? null);
    window.htmx?.process(floor);
  }
  const more = parsed.querySelector(".load-more");
  if (more) {
    list.after(more);
    window.htmx?.process(more);
  }
  const count = parsed.querySelector("[data-comment-count]")?.dataset.commentCount;
  if (count) document.getElementById("comment-count").textContent = count;
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

function countFrom(sign, number) {
  const url = new URL(sign.dataset.fresh, window.location.href);
  if (number <= Number(url.searchParams.get("after"))) return;
  url.searchParams.set("after", String(number));
  sign.dataset.fresh = url.pathname + url.search;
}
