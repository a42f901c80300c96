// Short messages: those the server put on the page leave by themselves; others come by the "toast" event
// (HX-Trigger: {"toast": {"message": "…", "level": "success", "undo_url": "…"}}) or from showToast().

const STAY = 5000;
const STAY_WITH_CHOICE = 9000;

const region = () => document.getElementById("toasts");

function leave(toast) {
  toast.classList.add("toast--gone");
  setTimeout(() => toast.remove(), 300);
}

function leaveLater(toast) {
  const stay = toast.querySelector(".toast__action") ? STAY_WITH_CHOICE : STAY;
  let timer = setTimeout(leave, stay, toast);
  const hold = () => clearTimeout(timer);
  const letGo = () => {
    clearTimeout(timer);
    timer = setTimeout(leave, stay, toast);
  };
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("pointerleave", letGo);
  toast.addEventListener("focusout", letGo);
}

/** Shows `message`; `level` is info, success or error; `undoUrl` adds a button that posts there. */
export function showToast(message, { level = "info", undoUrl = "" } = {}) {
  const kind = undoUrl ? "undo" : level === "success" || level === "error" ? level : "info";
  const toast = document.getElementById(`toast-${kind}`).content.firstElementChild.cloneNode(true);
  toast.querySelector(".toast__text").textContent = message;
  toast.querySelector(".toast__action")?.setAttribute("formaction", undoUrl);
  // An open dialog makes everything outside it inert and stands above it: the message goes inside.
  const dialog = document.querySelector("dialog[open]");
  if (dialog && !dialog.contains(region())) dialog.append(toast);
  else region().append(toast);
  leaveLater(toast);
}

export function startToasts() {
  region()?.querySelectorAll(".toast:not(.toast--error)").forEach(leaveLater);
  document.addEventListener("click", (event) => {
    const close = event.target.closest('[data-dismiss="toast"]');
    if (close) leave(close.closest(".toast"));
  });
  document.body.addEventListener("toast", (event) => {
    const { message, value, level, undo_url: undoUrl } = event.detail;
    showToast(message ?? value, { level, undoUrl });
  });
}
