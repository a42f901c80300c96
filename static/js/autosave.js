// What stands in a composer is kept on the server every few seconds; photos are there already.

const QUIET = 2500;

export function startAutosave(form) {
  const url = form.dataset.autosaveUrl;
  const state = form.querySelector("[data-autosave-state]");
  let timer;
  let running = Promise.resolve();
  let sent = false;

  const say = (text) => {
    if (state) state.textContent = text;
  };

  async function save() {
    if (sent) return;
    const data = new FormData(form);
    for (const name of ["photo", "do", "kind_to", "move"]) data.delete(name);
    try {
      const answer = await fetch(url, { method: "POST", body: data, headers: { "HX-Request": "true" } });
      const time = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
      say(answer.ok ? `${form.dataset.msgSaved} ${time}` : (await answer.text()).slice(0, 120) || form.dataset.msgUnsaved);
    } catch {
      say(form.dataset.msgUnsaved);
    }
  }

  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => (running = running.then(save)), QUIET);
  };
  form.addEventListener("input", soon);
  form.addEventListener("tiles", soon);
  form.addEventListener("submit", () => {
    sent = true;
    clearTimeout(timer);
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) sent = false;
  });
}
