// What somebody types is kept in this browser until it is sent, so a lost connection or a closed tab loses nothing.

import { showToast } from "./toasts.js";

const PREFIX = "draft:";
const SENT = "draft-sent";

function store(action) {
  try {
    return action();
  } catch {
    return null; // private windows may refuse storage; typing goes on
  }
}

const areaOf = (key) => document.querySelector(`form[data-draft-key="${CSS.escape(key)}"] textarea[data-draft]`);

/** Keeps the textarea's text under its form's data-draft-key, and puts it back into an empty one. */
export function keepDraft(area) {
  const form = area.form;
  const key = form?.dataset.draftKey;
  if (!key) return;
  const kept = store(() => localStorage.getItem(PREFIX + key));
  if (kept && !area.value) {
    area.value = kept;
    if (form.dataset.msgRestored) showToast(form.dataset.msgRestored);
  }
  area.addEventListener("input", () =>
    store(() => (area.value ? localStorage.setItem(PREFIX + key, area.value) : localStorage.removeItem(PREFIX + key))),
  );
  form.addEventListener("submit", () => store(() => sessionStorage.setItem(SENT, key)));
  form.addEventListener("sent", () => store(() => localStorage.removeItem(PREFIX + key)));
}

/** After a form was sent the ordinary way: a page that is no error and does not show the words again has taken them. */
export function settleSentDraft() {
  const key = store(() => sessionStorage.getItem(SENT));
  if (!key) return;
  const [navigation] = performance.getEntriesByType("navigation");
  if (document.body.dataset.error !== undefined || navigation?.type === "back_forward") return;
  store(() => sessionStorage.removeItem(SENT));
  if (areaOf(key)?.value) return;
  store(() => localStorage.removeItem(PREFIX + key));
}
