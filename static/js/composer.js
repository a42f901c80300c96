// The photo picker: every chosen photo is sent at once, one after the other, with a preview and its progress. The answer is
// the finished tile (_photo_tile.html) with its hidden field. Words are never touched by a photo that fails.

import { takeShared } from "./shared.js";
import { showToast } from "./toasts.js";

const TYPES = ["image/jpeg", "image/png", "image/webp"];

function csrfToken(form) {
  return form.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

/** Posts one photo; resolves with the tile's HTML, rejects with what the server said (or nothing). */
function send(form, file, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const data = new FormData();
    data.append("photo", file);
    const draft = form.querySelector("[name=draft]")?.value;
    if (draft) data.append("draft", draft);
    request.open("POST", form.dataset.uploadUrl);
    request.setRequestHeader("X-CSRFToken", csrfToken(form));
    request.setRequestHeader("HX-Request", "true");
    request.timeout = 120000;
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) onProgress((event.loaded / event.total) * 100);
    });
    request.addEventListener("load", () => {
      if (request.status < 300 && request.responseText.includes("data-tile")) resolve(request.responseText);
      else reject(new Error(reasonIn(request)));
    });
    for (const name of ["error", "timeout", "abort"]) request.addEventListener(name, () => reject(new Error("")));
    request.send(data);
  });
}

/** The sentence in a refusal: from the toast header, plain text, or a problem document. */
function reasonIn(request) {
  try {
    const header = request.getResponseHeader("HX-Trigger");
    if (header) return JSON.parse(header).toast?.message ?? "";
    const type = request.getResponseHeader("Content-Type") ?? "";
    if (type.includes("json")) {
      const problem = JSON.parse(request.responseText);
      return problem.detail ?? problem.message ?? "";
    }
    if (type.startsWith("text/plain")) return request.responseText.slice(0, 200);
  } catch {
    // fall through to the general message
  }
  return "";
}

export function startComposer(form) {
  const list = form.querySelector("[data-tiles]");
  if (!list) return;
  const input = form.querySelector("[data-photo-input]");
  const add = form.querySelector("[data-tiles-add]");
  const template = form.querySelector("[data-tile-template]");
  const max = Number(form.dataset.maxPhotos);
  const maxBytes = Number(form.dataset.maxBytes);
  let queue = Promise.resolve();

  const tiles = () => list.querySelectorAll("[data-tile]");
  const count = () => {
    add.toggleAttribute("data-full", tiles().length >= max);
  };

  function fail(tile, file, message) {
    tile.className = "tile tile--failed";
    tile.querySelector("progress").hidden = true;
    const error = tile.querySelector(".tile__error");
    error.hidden = false;
    error.textContent = message || form.dataset.msgUploadFailed;
    const retry = tile.querySelector("[data-tile-retry]");
    retry.hidden = !file;
    retry.onclick = () => upload(tile, file);
  }

  function upload(tile, file) {
    tile.className = "tile tile--busy";
    tile.querySelector(".tile__error").hidden = true;
    tile.querySelector("[data-tile-retry]").hidden = true;
    const progress = tile.querySelector("progress");
    progress.hidden = false;
    progress.value = 0;
    queue = queue.then(async () => {
      if (!tile.isConnected) return;
      try {
        const html = await send(form, file, (percent) => (progress.value = percent));
        const finished = new DOMParser().parseFromString(html, "text/html").querySelector("[data-tile]");
        if (!tile.isConnected) return;
        const seen = tile.querySelector("img").src;
        tile.replaceWith(finished);
        // The preview at hand spares loading the same picture again.
        const picture = finished.querySelector("img");
        if (picture) picture.src = seen;
      } catch (error) {
        if (tile.isConnected) fail(tile, file, error.message);
      }
      count();
    });
  }

  /** Takes a sent photo out of the draft on the server, so that there is room for another one. */
  function forget(tile) {
    const id = tile.querySelector("input[type=hidden]")?.value;
    if (!id || !form.querySelector("[name=draft]")) return;
    const url = `${form.dataset.uploadUrl.split("?")[0]}${id}/remove/`;
    const headers = { "X-CSRFToken": csrfToken(form), "HX-Request": "true" };
    // A photo that is not in the form is not published either: should this fail, nothing is lost.
    queue = queue.then(() => fetch(url, { method: "POST", headers }).catch(() => {}));
  }

  function take(files) {
    let left = max - tiles().length;
    for (const file of files) {
      if (left <= 0) {
        showToast(form.dataset.msgTooMany, { level: "error" });
        break;
      }
      left -= 1;
      const tile = template.content.firstElementChild.cloneNode(true);
      const wrongType = !TYPES.includes(file.type);
      if (!wrongType) tile.querySelector("img").src = URL.createObjectURL(file);
      add.before(tile);
      if (wrongType) fail(tile, null, form.dataset.msgWrongType);
      else if (file.size > maxBytes) fail(tile, null, form.dataset.msgTooBig);
      else upload(tile, file);
    }
    count();
  }

  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = ""; // sent already: the form must not carry them again
    take(files);
  });

  form.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith("image/"));
    if (!files.length) return;
    event.preventDefault();
    take(files);
  });

  form.addEventListener("click", (event) => {
    const remove = event.target.closest("[data-tile-remove]");
    if (!remove) return;
    const tile = remove.closest("[data-tile]");
    const image = tile.querySelector("img");
    if (image?.src.startsWith("blob:")) URL.revokeObjectURL(image.src);
    forget(tile);
    tile.remove();
    count();
    input.focus();
  });

  // Capture: before the form counts as sent.
  form.addEventListener(
    "submit",
    (event) => {
      if (!list.querySelector(".tile--busy")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      showToast(form.dataset.msgWait);
    },
    true,
  );
  count();
  takeShared(form.querySelector("textarea[data-draft], textarea"), take);
}
