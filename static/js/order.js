// Pages of a collection are dragged by their grips, by mouse, pen and finger; the new order is sent when one is let go.
// The buttons beside them do the same without scripts.

import { showToast } from "./toasts.js";

export function startOrder(list) {
  const form = document.querySelector("[data-order-form]");
  let held = null;
  let before = "";

  const layout = () =>
    JSON.stringify(
      [...list.querySelectorAll("[data-order-section]")].map((section) => [
        section.dataset.orderSection ? Number(section.dataset.orderSection) : null,
        [...section.querySelectorAll("[data-order-page]")].map((page) => Number(page.dataset.orderPage)),
      ]),
    );

  async function send() {
    form.elements.order.value = layout();
    try {
      const answer = await fetch(window.location.href, {
        method: "POST",
        body: new FormData(form),
        headers: { "HX-Request": "true" },
      });
      const said = JSON.parse(answer.headers.get("HX-Trigger") ?? "{}").toast;
      if (said) showToast(said.message, { level: said.level });
      if (!answer.ok) window.location.reload();
    } catch {
      showToast(document.body.dataset.msgOffline, { level: "error" });
    }
  }

  list.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest("[data-order-grip]");
    if (!grip) return;
    event.preventDefault();
    held = grip.closest("[data-order-page]");
    before = layout();
    held.classList.add("ordering__row--held");
    list.setPointerCapture(event.pointerId);
  });

  list.addEventListener("pointermove", (event) => {
    if (!held) return;
    const over = document.elementFromPoint(event.clientX, event.clientY);
    const row = over?.closest("[data-order-page]");
    if (row && row !== held && list.contains(row)) {
      const { top, height } = row.getBoundingClientRect();
      if (event.clientY < top + height / 2) row.before(held);
      else row.after(held);
      return;
    }
    const section = over?.closest("[data-order-section]");
    if (!row && section && list.contains(section)) section.querySelector("ol").append(held);
  });

  const letGo = () => {
    if (!held) return;
    held.classList.remove("ordering__row--held");
    held = null;
    if (layout() !== before) send();
  };
  list.addEventListener("pointerup", letGo);
  list.addEventListener("pointercancel", letGo);
}
