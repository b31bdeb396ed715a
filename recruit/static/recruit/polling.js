// Pages that ask again by themselves; app.js brings this where there is one.

const inField = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

// What is polled says so when it is no longer fresh: <p data-fresh="last update" hidden>.
let freshAt = Date.now();
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful && event.detail.elt.hasAttribute("data-poll")) freshAt = Date.now();
});
const tellStale = () => {
  const said = document.querySelector("[data-fresh]");
  if (!said || document.hidden) return;
  said.hidden = Date.now() - freshAt < 10500;
  if (!said.hidden) said.textContent = `${said.dataset.fresh} ${new Date(freshAt).toTimeString().slice(0, 8)}`;
};
setInterval(tellStale, 1000);

// A hidden tab asks nothing, and no answer to a poll takes away what somebody is writing or has just opened.
const atWork = () => {
  const here = document.activeElement;
  return document.hidden || (here !== null && ((inField(here) && here.value !== "") || here.closest("details[open]") !== null));
};
for (const name of ["htmx:beforeRequest", "htmx:beforeSwap"]) {
  document.addEventListener(name, (event) => {
    if ((event.detail.requestConfig?.elt ?? event.detail.elt).hasAttribute("data-poll") && atWork()) event.preventDefault();
  });
}
