// What happens around every htmx request: failures are said, whole pages never land inside a card, hidden tabs do not poll.

import { showToast } from "./toasts.js";

export function startRequests() {
  const { body } = document;
  const isQuiet = (event) => event.target.closest?.("[data-quiet]");

  body.addEventListener("htmx:beforeRequest", (event) => {
    if (isQuiet(event) && document.hidden) event.preventDefault();
  });

  body.addEventListener("htmx:responseError", (event) => {
    const { xhr } = event.detail;
    if (isQuiet(event) || xhr.getResponseHeader("HX-Trigger")?.includes('"toast"')) return;
    showToast(xhr.status === 401 ? body.dataset.msgLogIn : body.dataset.msgFailed, { level: "error" });
  });

  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    body.addEventListener(name, (event) => {
      if (!isQuiet(event)) showToast(body.dataset.msgOffline, { level: "error" });
    });
  }

  body.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, target } = event.detail;
    if (target !== body && /^\s*<!doctype/i.test(xhr.responseText)) {
      event.detail.shouldSwap = false;
      window.location.assign(xhr.responseURL);
    }
  });
}
