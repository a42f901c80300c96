// A textarea as tall as its text, where CSS (field-sizing) cannot do it.

export function autogrow(area) {
  if (CSS.supports("field-sizing", "content")) return; // form.css has it
  const fit = () => {
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + area.offsetHeight - area.clientHeight}px`;
  };
  area.addEventListener("input", fit);
  fit();
}
