// "…" menus: one open at a time, closed by Escape or a click elsewhere. Also "Copy link" and "Print".

import { showToast } from "./toasts.js";

export function startMenus() {
  const closeAll = (except) => {
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
      if (menu !== except) menu.open = false;
    });
  };

  document.addEventListener("click", async (event) => {
    closeAll(event.target.closest("details[data-menu]"));
    if (event.target.closest("[data-print]")) window.print();
    const copy = event.target.closest("[data-copy]");
    if (!copy) return;
    try {
      await navigator.clipboard.writeText(new URL(copy.dataset.copy, window.location.href).href);
      showToast(copy.dataset.copied, { level: "success" });
    } catch {
      showToast(document.body.dataset.msgFailed, { level: "error" });
    }
    closeAll();
  });

  // A menu opens to where there is more room, and a long one scrolls within it: all of it can be reached.
  document.addEventListener(
    "toggle",
    (event) => {
      const menu = event.target.closest?.("details[data-menu]");
      if (!menu?.open) return;
      menu.classList.remove("menu--up");
      const bar = document.querySelector(".tabbar")?.getBoundingClientRect();
      const floor = bar?.height ? bar.top : window.innerHeight;
      const ceiling = Math.max(document.querySelector(".topbar")?.getBoundingClientRect().bottom ?? 0, 0);
      const [button, list] = [menu.querySelector("summary").getBoundingClientRect(), menu.querySelector(".menu__list")];
      const [above, below] = [button.top - ceiling, floor - button.bottom];
      list.style.maxHeight = "";
      const up = list.offsetHeight > below && above > below;
      menu.classList.toggle("menu--up", up);
      list.style.maxHeight = `${Math.max(up ? above : below, 180)}px`;
    },
    true,
  );

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details[data-menu][open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // A click on the words of a card opens the post; links, buttons and selected text keep their own meaning.
  document.addEventListener("click", (event) => {
    const words = event.target.closest(".post__body--clamped");
    const card = words?.closest("[data-href]");
    if (!card || event.target.closest("a, button") || String(window.getSelection())) return;
    window.location.assign(card.dataset.href);
  });

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-go-back]")) return;
    event.preventDefault();
    window.history.back();
  });
}
