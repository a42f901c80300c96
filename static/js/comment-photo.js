// The photo of a comment: shown before it is sent, and taken back. Without scripts the file field says its name itself.

export function startCommentPhoto(input) {
  const form = input.form;
  const line = form.querySelector("[data-photo-line]");
  const image = line.querySelector("img");

  const show = () => {
    if (image.src.startsWith("blob:")) URL.revokeObjectURL(image.src);
    const [file] = input.files;
    line.hidden = !file;
    image.hidden = !file;
    if (file) image.src = URL.createObjectURL(file);
    else image.removeAttribute("src");
  };

  input.addEventListener("change", () => {
    form.querySelector("[data-photo-kept]")?.remove();
    show();
  });
  line.querySelector("[data-photo-drop]").addEventListener("click", () => {
    form.querySelector("[data-photo-kept]")?.remove();
    input.value = "";
    show();
    input.focus();
  });
  form.addEventListener("sent", () => {
    input.value = "";
    show();
  });
  form.addEventListener("paste", (event) => {
    const file = [...(event.clipboardData?.files ?? [])].find((one) => one.type.startsWith("image/"));
    if (!file) return;
    event.preventDefault();
    const carrier = new DataTransfer();
    carrier.items.add(file);
    input.files = carrier.files;
    show();
  });
}
