// Keys for those who have a keyboard: j and k go through posts, others act on the one that is chosen. "?" shows them all,
// with a switch that turns them off (WCAG 2.1.4). Silent while somebody types, and with ctrl, alt or meta.

const OFF = "keys-off";
const POSTS = "main article.post, main .floor";

function isOff() {
  try {
    return localStorage.getItem(OFF) === "1";
  } catch {
    return false;
  }
}

export function startKeys() {
  const template = document.getElementById("keys-template");
  if (!template) return;
  const leads = Object.fromEntries(
    [...template.content.querySelectorAll("[data-key][data-go]")].map((row) => [row.dataset.key, row.dataset.go]),
  );

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isOff()) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]")) return;
    if (act(event.key)) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys-help]")) help();
  });

  function act(key) {
    if (key === "?") return help();
    if (key === "j" || key === "k") return step(key === "j" ? 1 : -1);
    if (key === "o") return press(chosen(), ".post__time");
    if (key === "l") return press(chosen() ?? document.querySelector("main article.post"), "[data-like]");
    if (key === "c") return comment();
    if (key === "s" || key === "/") return search();
    if (key in leads) {
      window.location.assign(leads[key]);
      return true;
    }
    return false;
  }

  function search() {
    const box = document.querySelector("main input[type=search], header input[type=search]");
    if (box) box.focus();
    else window.location.assign(leads.s);
    return true;
  }

  function help() {
    const dialog = template.content.firstElementChild.cloneNode(true);
    const off = dialog.querySelector("[data-keys-off]");
    off.checked = !isOff();
    off.addEventListener("change", () => {
      try {
        localStorage.setItem(OFF, off.checked ? "0" : "1");
      } catch {
        // without storage they stay on
      }
    });
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    return true;
  }
}

const chosen = () => document.activeElement?.closest?.(POSTS) ?? null;

function step(by) {
  const all = [...document.querySelectorAll(POSTS)].filter((one) => !one.parentElement.closest(POSTS));
  const now = chosen();
  const at = now ? all.indexOf(now) + by : all.findIndex((one) => one.getBoundingClientRect().bottom > 90);
  const next = all[Math.max(0, Math.min(all.length - 1, at))];
  if (!next) return false;
  next.tabIndex = -1;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "start" });
  return true;
}

function press(post, selector) {
  const button = post?.querySelector(selector);
  button?.click();
  return Boolean(button);
}

function comment() {
  const area = document.querySelector("#comment-form textarea");
  if (area) {
    area.focus();
    return true;
  }
  return press(chosen(), '.post__action[href$="#comments"]');
}
