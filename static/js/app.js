// Entry: what every page needs, then each feature where its markup is found. Pages work without any of it.

import { autogrow } from "./autogrow.js";
import { startAutosave } from "./autosave.js";
import { clamp } from "./clamp.js";
import { startCommentPhoto } from "./comment-photo.js";
import { startComposer } from "./composer.js";
import { startConfirm } from "./confirm.js";
import { startCounter } from "./counter.js";
import { keepDraft, settleSentDraft } from "./draft.js";
import { startFloors } from "./floors.js";
import { startFresh } from "./fresh.js";
import { startKeys } from "./keys.js";
import { startLikes } from "./like.js";
import { startMenus } from "./menu.js";
import { startLists } from "./more.js";
import { sendOnce } from "./once.js";
import { startOrder } from "./order.js";
import { startReading } from "./reading.js";
import { startReplies } from "./reply.js";
import { startRequests } from "./requests.js";
import { startTheme } from "./theme.js";
import { startTiles } from "./tiles.js";
import { startToasts } from "./toasts.js";
import { startViewer } from "./viewer.js";
import { startWebApp } from "./webapp.js";

startToasts();
startRequests();
startTheme();
startMenus();
startConfirm();
sendOnce();
startLikes();
startReplies();
startViewer();
startFloors();
startFresh();
startLists();
startKeys();
startReading();
startWebApp();
settleSentDraft();

/** Wakes up what stands below `root`: the page at first, then everything htmx brings in. */
function wake(root) {
  const each = (selector, start) => {
    if (root.matches?.(selector)) start(root);
    root.querySelectorAll(selector).forEach(start);
  };
  each("textarea[data-draft]", keepDraft);
  each("textarea[data-autogrow]", autogrow);
  each("[data-counter], [data-counted]", startCounter);
  each("[data-composer]", startComposer);
  each("[data-composer]", startTiles);
  each("[data-autosave-url]", startAutosave);
  each("[data-clamp]", clamp);
  each("[data-comment-photo]", startCommentPhoto);
  each("[data-order]", startOrder);
}

wake(document.body);
document.body.addEventListener("htmx:load", (event) => {
  if (event.detail.elt !== document.body) wake(event.detail.elt);
});
