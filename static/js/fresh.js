// "3 new posts", "5 new floors": an open page asks the address in data-fresh what came since. Nothing moves until the reader
// asks for it. A page that is not seen asks nothing; the longer nothing comes, the rarer it asks.

const FIRST = 15_000;
const LONGEST = 300_000;
const SLOWER = 1.5;

export function startFresh() {
  const place = () => document.querySelector('[data-fresh]:not([data-fresh=""])');
  if (!place()) return;
  let wait = FIRST;
  let timer = 0;
  let asked = Date.now();
  let asking = null;

  const plan = () => {
    clearTimeout(timer);
    // A little chance, so that pages opened together do not ask together.
    if (!document.hidden && place()) timer = setTimeout(ask, wait * (0.9 + Math.random() * 0.2));
  };

  async function ask() {
    const sign = place();
    if (!sign || asking) return;
    asking = new AbortController();
    asked = Date.now();
    try {
      const answer = await fetch(sign.dataset.fresh, { signal: asking.signal, redirect: "manual", cache: "no-store" });
      if (answer.type === "opaqueredirect" || [401, 403, 404].includes(answer.status)) return; // not for us any more
      const html = answer.status === 200 ? await answer.text() : "";
      const changed = html !== "" && sign.isConnected && show(sign, html);
      wait = changed ? FIRST : Math.min(LONGEST, wait * SLOWER);
    } catch {
      wait = Math.min(LONGEST, wait * 2 * SLOWER);
    } finally {
      asking = null;
    }
    plan();
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      clearTimeout(timer);
      asking?.abort();
      return;
    }
    wait = FIRST;
    if (Date.now() - asked > FIRST) ask();
    else plan();
  });
  // What the reader does here may change what is new: begin anew at the usual pace.
  document.body.addEventListener("fresh:read", () => {
    wait = FIRST;
    plan();
  });
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.elt.id === "feed") plan();
  });
  plan();
}

/** Puts the sign's new words into the region that is there, so that they are read aloud. Says whether they are others. */
function show(sign, html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const pill = parsed.querySelector(".pill");
  const before = sign.querySelector(".pill");
  if (!pill || before?.textContent === pill.textContent) return false;
  sign.replaceChildren(pill);
  window.htmx?.process(sign);
  return true;
}
