// The palette over any page, and the list of a page's keys; loaded when somebody asks for one of them.

const palette = document.getElementById("palette");
export const openPalette = () => { palette.open ? palette.close() : palette.showModal(); };

document.addEventListener("keydown", (event) => {
  if (!palette.open || !["ArrowDown", "ArrowUp", "Enter"].includes(event.code)) return;
  const links = [...palette.querySelectorAll("a")].filter((one) => one.offsetParent !== null), at = links.indexOf(document.activeElement);
  if (event.code === "Enter") { if (at < 0 && links[0]) { event.preventDefault(); links[0].click(); } return; }
  event.preventDefault();
  const next = at + (event.code === "ArrowDown" ? 1 : -1);
  (next < 0 ? palette.querySelector("input") : links[Math.min(next, links.length - 1)])?.focus();
});
palette.addEventListener("input", (event) => {
  const words = event.target.value.trim().toLowerCase();
  for (const item of palette.querySelectorAll("#palette-pages li")) item.hidden = !item.textContent.toLowerCase().includes(words);
});

// ? lists the keys of the page: what each button with a key says.
export const listKeys = () => {
  const dialog = document.getElementById("keys");
  const list = dialog.querySelector("[data-keys-list]");
  for (const old of list.querySelectorAll("[data-of-page]")) old.remove();
  for (const one of document.querySelectorAll("[data-key]")) {
    if (one.offsetParent === null) continue;
    const key = document.createElement("dt"), words = document.createElement("dd"), mark = document.createElement("kbd");
    mark.textContent = one.dataset.key.split(" ")[0].replace(/^(Key|Digit|Arrow)/, "");
    words.textContent = [...one.childNodes].filter((part) => part.nodeName !== "KBD").map((part) => part.textContent).join(" ").trim();
    key.dataset.ofPage = words.dataset.ofPage = "";
    key.append(mark);
    list.append(key, words);
  }
  dialog.showModal();
};
