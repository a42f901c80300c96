// A form sent twice is sent once: forms with data-once are busy until the answer is there.

export function sendOnce() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.hasAttribute("data-once") || event.defaultPrevented) return;
    if (form.getAttribute("aria-busy") === "true") {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    if (form.hasAttribute("hx-post")) return; // htmx drops a second request by itself
    form.setAttribute("aria-busy", "true");
    event.submitter?.setAttribute("aria-busy", "true");
  });

  // Coming back by the back button shows the page as it was left: free it.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.querySelectorAll('[aria-busy="true"]').forEach((busy) => busy.removeAttribute("aria-busy"));
  });

  document.body.addEventListener("htmx:beforeRequest", (event) => event.target.setAttribute?.("aria-busy", "true"));
  document.body.addEventListener("htmx:afterRequest", (event) => {
    event.target.removeAttribute?.("aria-busy");
    if (event.detail.successful && event.target.matches?.("form[data-reset-on-success]")) {
      event.target.reset();
      event.target.querySelectorAll("textarea").forEach((area) => area.dispatchEvent(new Event("input")));
      event.target.dispatchEvent(new CustomEvent("sent", { bubbles: true }));
    }
  });
}
