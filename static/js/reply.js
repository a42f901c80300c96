// "Reply" takes the name over into the comment form below instead of loading the page anew.

export function startReplies() {
  const fill = (form, id, name) => {
    form.querySelector("[data-reply-field]").value = id;
    form.querySelector("[data-reply-line]").hidden = !id;
    form.querySelector("[data-reply-line-name]").textContent = name;
  };

  document.addEventListener("click", (event) => {
    const form = document.getElementById("comment-form");
    if (!form) return;
    const reply = event.target.closest("[data-reply]");
    const cancel = event.target.closest("[data-reply-cancel]");
    if (!reply && !cancel) return;
    event.preventDefault();
    fill(form, reply?.dataset.reply ?? "", reply?.dataset.replyName ?? "");
    form.querySelector("textarea").focus();
  });

  document.addEventListener("sent", (event) => {
    if (event.target.querySelector("[data-reply-field]")) fill(event.target, "", "");
  });
}
