// data-confirm="…" asks before a link, a button or an htmx request goes on. With data-confirm-post a link is then sent
// as POST, which without scripts leads to a page that asks the same.

function ask(element) {
  const dialog = document.getElementById("confirm-template").content.firstElementChild.cloneNode(true);
  const ok = dialog.querySelector("[data-confirm-ok]");
  dialog.querySelector(".dialog__text").textContent = element.dataset.confirm;
  if (element.dataset.confirmLabel) ok.textContent = element.dataset.confirmLabel;
  if (element.hasAttribute("data-confirm-post") || /--danger/.test(element.className)) ok.classList.replace("button--primary", "button--danger");
  document.body.append(dialog);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close("cancel");
  });
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "confirm");
    });
    dialog.showModal();
  });
}

export function startConfirm() {
  const agreed = new WeakSet();

  document.body.addEventListener("htmx:confirm", async (event) => {
    const element = event.detail.elt;
    if (!element.dataset.confirm) return;
    event.preventDefault();
    if (await ask(element)) event.detail.issueRequest(true);
  });

  document.addEventListener("click", async (event) => {
    const element = event.target.closest("a[data-confirm], button[data-confirm]");
    if (!element || element.hasAttribute("hx-post") || agreed.has(element)) return;
    event.preventDefault();
    if (!(await ask(element))) return;
    if (element.hasAttribute("data-confirm-post")) {
      const form = document.getElementById("act");
      form.action = element.href;
      form.requestSubmit();
      return;
    }
    agreed.add(element);
    element.click();
    agreed.delete(element);
  });
}
