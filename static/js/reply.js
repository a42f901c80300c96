// "Reply" and "Quote" take the comment over into the form below instead of loading the page anew.

export function startReplies() {
  const fill = (form, what, id, name) => {
    form.querySelector(`[data-${what}-field]`).value = id;
    form.querySelector(`[data-${what}-line]`).hidden = !id;
    form.querySelector(`[data-${what}-line-name]`).textContent = name;
  };

  document.addEventListener("click", (event) => {
    const form = document.getElementById("comment-form");
    if (!form) return;
    for (const what of ["reply", "quote"]) {
      const begin = event.target.closest(`[data-${what}]`);
      if (!begin && !event.target.closest(`[data-${what}-cancel]`)) continue;
      event.preventDefault();
      fill(form, what, begin?.dataset[what] ?? "", begin?.dataset[`${what}Name`] ?? "");
      form.querySelector("textarea").focus();
    }
  });

  document.addEventListener("sent", (event) => {
    if (!event.target.querySelector("[data-reply-field]")) return;
    for (const what of ["reply", "quote"]) fill(event.target, what, "", "");
  });
}
