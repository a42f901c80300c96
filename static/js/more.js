// Long lists: the next page comes by itself (_load_more.html). Where the reader was is kept with the entry of the browser's
// history, so Back finds the same place: pages are asked for anew, which shows nothing that was taken away meanwhile.

const MOST = 20;
const ITEMS = "main article[id], main li[id], main section[id]";

let pages = 0;

export function startLists() {
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    const more = moreOf(event);
    const shape = more?.closest("#feed") && document.getElementById("skeleton-template");
    if (shape) more.append(shape.content.cloneNode(true));
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    const more = moreOf(event);
    if (!more) return;
    if (event.detail.successful) pages += 1;
    else more.querySelectorAll(".skeleton").forEach((shape) => shape.remove());
    keep();
  });

  const kept = window.history.state?.list;
  if (kept) restore(kept).catch(() => {});

  let settle;
  const later = () => {
    clearTimeout(settle);
    settle = setTimeout(keep, 250);
  };
  window.addEventListener("scroll", later, { passive: true });
  window.addEventListener("pagehide", keep);
}

const moreOf = (event) => (event.detail.requestConfig?.elt ?? event.detail.elt)?.closest?.(".load-more");

/** Notes how many pages are open and which item stands where. Nothing where no further page was opened: browsers know the way. */
function keep() {
  if (!pages || window.history.state?.viewer) return;
  const items = [...document.querySelectorAll(ITEMS)].filter((item) => item.checkVisibility?.() ?? true);
  const first = items.find((item) => item.getBoundingClientRect().bottom > 80);
  const top = first ? Math.round(first.getBoundingClientRect().top) : 0;
  const list = { pages, id: first?.id ?? "", top, y: Math.round(window.scrollY) };
  window.history.replaceState({ ...window.history.state, list }, "");
}

async function restore(kept) {
  window.history.scrollRestoration = "manual";
  try {
    // Some posts may have come on top: the one read last may lie a page further.
    for (let left = Math.min(kept.pages + 2, MOST); left > 0; left -= 1) {
      if (pages >= kept.pages && (!kept.id || document.getElementById(kept.id))) break;
      if (!(await openNext())) break;
    }
    const item = kept.id && document.getElementById(kept.id);
    const y = item ? window.scrollY + item.getBoundingClientRect().top - kept.top : kept.y;
    window.scrollTo({ top: y, behavior: "instant" });
  } finally {
    window.history.scrollRestoration = "auto";
  }
}

async function openNext() {
  const link = document.querySelector("main .load-more a");
  if (!link) return false;
  const answer = await fetch(link.href, { headers: { "HX-Request": "true" }, redirect: "manual" });
  const html = answer.ok ? await answer.text() : "";
  if (!html || /^\s*<!doctype/i.test(html)) return false;
  const more = link.closest(".load-more");
  const brought = document.createRange().createContextualFragment(html);
  brought.querySelectorAll("[hx-swap-oob]").forEach((element) => element.remove());
  const elements = [...brought.children];
  more.replaceWith(brought);
  elements.forEach((element) => {
    window.htmx.process(element);
    element.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true, detail: { elt: element } }));
  });
  pages += 1;
  return true;
}
