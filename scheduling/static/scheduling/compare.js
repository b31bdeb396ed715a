// Compare: the main button says how many decisions it will save, and an open decision stands out.
const button = document.querySelector("[data-count-decisions]");
const plain = button?.textContent;
const count = () => {
  const fields = [...document.querySelectorAll('select[name^="decision-"]')];
  for (const field of fields) field.classList.toggle("open", field.value === "");
  const ready = fields.filter((field) => field.value !== "").length;
  if (button) { button.textContent = ready ? button.dataset.countDecisions.replace("{n}", ready) : plain; button.disabled = ready === 0; }
};
document.addEventListener("change", (event) => { if (event.target.name?.startsWith("decision-")) count(); });
window.addEventListener("pageshow", count);
