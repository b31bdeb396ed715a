// Reading a code with the camera, in a dialog that closes when a code was read or the person closes it.

export const readCode = async (box, isOurs) => {
  const video = box.querySelector("video");
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).catch(() => null);
  if (!stream) return "";
  video.srcObject = stream;
  box.addEventListener("close", () => { for (const track of stream.getTracks()) track.stop(); }, { once: true });
  box.showModal();
  await video.play();
  const reader = new BarcodeDetector({ formats: ["qr_code"] });
  while (box.open) {
    const [code] = await reader.detect(video).catch(() => []);
    if (code && isOurs(code.rawValue)) { box.close(); return code.rawValue; }
    await new Promise((done) => { setTimeout(done, 250); });
  }
  return "";
};
