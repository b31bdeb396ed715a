// A plot as a PNG picture: the browser draws the very SVG file that is offered beside it, at twice its size, so that
// letters of every language are there whatever fonts the server has. Without this script the SVG file stays.
const SCALE = 2;

const drawn = (address) => new Promise((resolve, reject) => {
  const picture = new Image();
  picture.addEventListener("load", () => {
    const canvas = document.createElement("canvas");
    canvas.width = SCALE * picture.naturalWidth;
    canvas.height = SCALE * picture.naturalHeight;
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png");
  });
  picture.addEventListener("error", () => reject(new Error("no plot")));
  picture.src = address;
});

for (const button of document.querySelectorAll("button[data-png]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await drawn(button.dataset.png));
      link.download = button.dataset.name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    } catch {
      button.textContent = button.dataset.failed;
    } finally {
      button.disabled = false;
    }
  });
}
