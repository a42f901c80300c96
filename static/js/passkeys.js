// Passkeys: what the browser refuses is told in a toast, not in the console.

import { showToast } from "./toasts.js";

const said = document.querySelector("script[data-failed]").dataset.failed;

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  showToast(said, { level: "error" });
});
