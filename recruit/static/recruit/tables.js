// Tables whose rows are chosen, and tables on a phone; app.js brings this where there is one.

// On a phone the rows of a table stand one below the other: each cell then says its column's title.
const labelCells = () => {
  for (const table of document.querySelectorAll("table.stack-on-phone")) {
    const titles = [...table.querySelectorAll("thead th")].map((one) => one.querySelector(".hush, svg") ? "" : one.textContent.trim());
    for (const row of table.querySelectorAll("tbody tr")) {
      [...row.cells].forEach((cell, index) => { if (titles[index] && cell.tagName === "TD") cell.dataset.label = titles[index]; });
    }
  }
};

// Rows to choose: <form data-rows>; Shift chooses everything between, the head all of the page.
let lastRow = null;
document.addEventListener("click", (event) => {
  const form = event.target.closest("form[data-rows]");
  if (!form || event.target.type !== "checkbox") return;
  const boxes = [...form.querySelectorAll('tbody input[type="checkbox"]')];
  if (event.target.dataset.all !== undefined) for (const box of boxes) box.checked = event.target.checked;
  else if (event.shiftKey && boxes.includes(lastRow)) {
    const [from, to] = [boxes.indexOf(lastRow), boxes.indexOf(event.target)].sort((a, b) => a - b);
    for (const box of boxes.slice(from, to + 1)) box.checked = event.target.checked;
  }
  lastRow = event.target;
  tellChosen(form, boxes);
});
const tellChosen = (form, boxes) => {
  for (const box of boxes) box.closest("tr").classList.toggle("chosen", box.checked);
  const said = form.querySelector("[data-chosen]"), count = boxes.filter((box) => box.checked).length;
  if (said) said.textContent = count ? `${count} ${said.dataset.chosen}` : "";
};

// What was ticked before this came, or before a swap, counts too.
export const look = () => {
  labelCells();
  for (const form of document.querySelectorAll("form[data-rows]")) tellChosen(form, [...form.querySelectorAll('tbody input[type="checkbox"]')]);
};
