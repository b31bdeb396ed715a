// The board: a card is moved by its menu, by keys, or by drag; each of them sends the same form.

const dialog = document.getElementById("move");
const form = dialog?.querySelector("[data-move-form]");
const cardOf = (place) => place.closest?.("[data-card]");
const stageOf = (card) => card.closest("[data-stage]").dataset.stage;

const prepare = (card) => {
  const address = form.dataset.action.replace("/0/", `/${card.dataset.card}/`);
  form.action = address;
  form.setAttribute("hx-post", address);
  window.htmx?.process(form);
  form.elements.seen.value = stageOf(card);
  form.elements.reason.value = "";
  const title = document.getElementById("move-title");
  title.textContent = `${title.dataset.says}: ${card.dataset.name}`;
  for (const button of form.querySelectorAll('[name="stage"]')) button.hidden = button.value === stageOf(card);
};
const send = (card, stage) => {
  prepare(card);
  const button = form.querySelector(`[name="stage"][value="${stage}"]`);
  if (button && !button.hidden) button.click();
};
const open = (card) => { prepare(card); dialog.showModal(); };

if (form) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (button) open(cardOf(button));
  });
  // After htmx has taken the form: a closed dialog sends nothing.
  form.addEventListener("submit", () => { setTimeout(() => dialog.close(), 0); });
  document.addEventListener("keydown", (event) => {
    const card = cardOf(event.target);
    if (!card || event.ctrlKey || event.metaKey || event.altKey || document.body.dataset.keys === "off" || dialog.open) return;
    const columns = [...document.querySelectorAll("[data-stage]")], at = columns.indexOf(card.closest("[data-stage]"));
    const cards = [...columns[at].querySelectorAll("[data-card]")], place = cards.indexOf(card);
    const focus = (one) => one?.querySelector("a")?.focus();
    const acts = {
      KeyM: () => open(card),
      BracketRight: () => columns[at + 1] && send(card, columns[at + 1].dataset.stage),
      BracketLeft: () => columns[at - 1] && send(card, columns[at - 1].dataset.stage),
      ArrowDown: () => focus(cards[place + 1]),
      ArrowUp: () => focus(cards[place - 1]),
      ArrowRight: () => focus(columns.slice(at + 1).map((one) => one.querySelector("[data-card]")).find(Boolean)),
      ArrowLeft: () => focus(columns.slice(0, at).reverse().map((one) => one.querySelector("[data-card]")).find(Boolean)),
    };
    if (acts[event.code]) { event.preventDefault(); acts[event.code](); }
  });
  let dragged = null;
  document.addEventListener("dragstart", (event) => { dragged = cardOf(event.target); dragged?.classList.add("away"); });
  document.addEventListener("dragend", () => { dragged?.classList.remove("away"); dragged = null; });
  document.addEventListener("dragover", (event) => { if (dragged && event.target.closest("[data-stage]")) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    const column = event.target.closest("[data-stage]");
    if (!dragged || !column || column.dataset.stage === stageOf(dragged)) return;
    event.preventDefault();
    send(dragged, column.dataset.stage);
  });
}
document.querySelector("[data-goto] select")?.addEventListener("change", (event) => { location.assign(event.target.value); });
