// Pushes on this device: a button on the page of notification settings. Where the browser cannot, it says so.

import { showToast } from "./toasts.js";

const place = document.querySelector("[data-push]");

function bytes(base64url) {
  const base64 = base64url.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function send(method, body) {
  const { "X-CSRFToken": token } = JSON.parse(document.body.getAttribute("hx-headers"));
  return fetch(place.dataset.url, {
    method,
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(body),
  });
}

async function show() {
  const button = place.querySelector("button");
  const note = place.querySelector("[data-push-note]");
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) {
    note.textContent = place.dataset.unsupported;
    return;
  }
  if (Notification.permission === "denied") {
    note.textContent = place.dataset.blocked;
    return;
  }
  const registration = await navigator.serviceWorker.register("/sw.js");
  const subscription = await registration.pushManager.getSubscription();
  button.textContent = subscription ? place.dataset.off : place.dataset.on;
  button.setAttribute("aria-pressed", String(Boolean(subscription)));
  button.hidden = false;
}

async function toggle() {
  const registration = await navigator.serviceWorker.ready;
  const subscription = await registration.pushManager.getSubscription();
  if (subscription) {
    await send("DELETE", { endpoint: subscription.endpoint });
    await subscription.unsubscribe();
    return;
  }
  const made = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: bytes(place.dataset.key),
  });
  const answer = await send("POST", made.toJSON());
  if (!answer.ok) {
    await made.unsubscribe();
    const said = await answer.json().catch(() => ({}));
    throw new Error(said.detail);
  }
}

if (place) {
  const button = place.querySelector("button");
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await toggle();
    } catch (error) {
      const known = error instanceof DOMException ? "" : error.message;
      showToast(known || document.body.dataset.msgFailed, { level: "error" });
    }
    button.disabled = false;
    show();
  });
  show().catch(() => {
    place.querySelector("[data-push-note]").textContent = place.dataset.unsupported;
  });
}
