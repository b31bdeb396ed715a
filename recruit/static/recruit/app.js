// Helpers of every staff page; each page works without them.

const inField = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;
const keysOn = () => document.body.dataset.keys !== "off";

// Ctrl K (or ⌘ K) opens the palette, ? lists the keys of the page; both come when they are asked for.
const later = (name) => import("./palette.js").then((module) => module[name]());
document.addEventListener("keydown", (event) => {
  if (event.code !== "KeyK" || !(event.ctrlKey || event.metaKey) || event.altKey || !document.getElementById("palette")) return;
  event.preventDefault();
  later("openPalette");
});

// Physical keys: [data-key="KeyY"] is Y on any layout.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.code === "Escape" && inField(event.target)) { event.target.blur(); return; }
  if (inField(event.target) || document.querySelector("dialog[open]") || !keysOn()) return;
  if (event.code === "Slash" && event.shiftKey) {
    if (document.getElementById("keys")) { event.preventDefault(); later("listKeys"); }
    return;
  }
  if (event.code === "Slash") {
    const search = document.getElementById("search");
    if (search) { event.preventDefault(); search.focus(); }
    return;
  }
  const target = [...document.querySelectorAll(`[data-key~="${event.code}"]`)].find((one) => one.offsetParent !== null);
  if (target && !event.repeat) { event.preventDefault(); target.click(); }
});

// Steppers: − and + beside a number.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-step]");
  if (!button) return;
  const field = button.parentElement.querySelector("input");
  if (button.dataset.step === "up") field.stepUp(); else field.stepDown();
  field.dispatchEvent(new Event("change", { bubbles: true }));
});

// A slider and its number field are one value.
document.addEventListener("input", (event) => {
  const twin = event.target.dataset.twin && document.getElementById(event.target.dataset.twin);
  if (twin) { twin.value = event.target.value; }
});

// Toasts leave after ten seconds unless somebody is on them.
const watchToasts = () => {
  for (const toast of document.querySelectorAll("[data-toast]:not([data-watched])")) {
    toast.dataset.watched = "";
    const leave = () => { toast.matches(":hover, :focus-within") ? setTimeout(leave, 3000) : toast.remove(); };
    setTimeout(leave, toast.dataset.toast === "error" ? 20000 : 10000);
  }
};
document.addEventListener("DOMContentLoaded", () => {
  watchToasts();
  document.querySelector("[data-focus]")?.focus();
  restoreDrafts();
  reachScrolls();
  bring();
});
document.addEventListener("htmx:afterSwap", () => { watchToasts(); restoreDrafts(); reachScrolls(); bring(); });
addEventListener("resize", () => { reachScrolls(); });
document.addEventListener("scroll", (event) => { if (event.target !== document) reachScrolls(); }, { capture: true, passive: true });

// What only some pages need comes with what needs it: the desk's tablet is spared the rest.
const bring = () => {
  if (document.querySelector("form[data-rows], table.stack-on-phone")) import("./tables.js").then((module) => module.look());
  if (document.querySelector("[data-poll], [data-fresh]")) import("./polling.js");
};

// What is wider than its place is moved with the arrow keys too, so it must be reached by Tab.
const reachScrolls = () => {
  for (const one of document.querySelectorAll(".scroll, .panel:has(> table)")) {
    const isWide = one.scrollWidth > one.clientWidth;
    one.classList.toggle("more-right", one.scrollLeft + one.clientWidth < one.scrollWidth - 2);
    if (isWide && !one.querySelector("a[href], button, input, select, textarea, summary")) one.tabIndex = 0;
    else one.removeAttribute("tabindex");
  }
};

// Typed text survives a reload: <textarea data-draft="key">.
const draftKey = (field) => `draft:${location.pathname}:${field.dataset.draft}`;
const restoreDrafts = () => {
  for (const field of document.querySelectorAll("[data-draft]:not([data-restored])")) {
    field.dataset.restored = "";
    const kept = localStorage.getItem(draftKey(field));
    if (kept !== null && field.value === "") { field.value = kept; }
  }
};
document.addEventListener("input", (event) => {
  if (event.target.dataset.draft !== undefined) { localStorage.setItem(draftKey(event.target), event.target.value); }
});
document.addEventListener("submit", (event) => {
  for (const field of event.target.querySelectorAll("[data-draft]")) { localStorage.removeItem(draftKey(field)); }
  // A second press of the same button sends nothing.
  if (event.target.dataset.once !== undefined) {
    setTimeout(() => { for (const button of event.target.querySelectorAll("button")) button.disabled = true; }, 0);
  }
});

// Buttons that open a dialog: <button data-dialog="id">.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) { event.preventDefault(); document.getElementById(opener.dataset.dialog)?.showModal(); }
  const closer = event.target.closest("[data-close]");
  if (closer) { event.preventDefault(); closer.closest("dialog")?.close(); }
  const copier = event.target.closest("[data-copy]");
  if (copier) {
    navigator.clipboard.writeText(copier.dataset.copy).then(() => { copier.textContent = copier.dataset.copied; });
  }
  const inserter = event.target.closest("[data-insert]");
  if (inserter) {
    const field = document.getElementById(inserter.dataset.into);
    field.value += (field.value && !/\s$/.test(field.value) ? " " : "") + inserter.dataset.insert;
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const printer = event.target.closest("[data-print]");
  if (printer) { event.preventDefault(); window.print(); }
});

// A choice that shows at once: <select data-submit>.
document.addEventListener("change", (event) => {
  if (event.target.dataset.submit !== undefined) event.target.form.requestSubmit();
});

// A form that answers every change: <form data-live>.
let waiting;
document.addEventListener("change", (event) => {
  const form = event.target.form ?? event.target.closest("form");
  if (form?.dataset.live === undefined) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => { window.htmx ? window.htmx.trigger(form, "live") : form.requestSubmit(); }, 120);
});
