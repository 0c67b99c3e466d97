// What reads a QR code out of a picture: the browser's own detector where there is one, else ours.

/** Gives `read(video)`, which gives the text of a code, or null. */
export async function reader() {
  const formats = (await globalThis.BarcodeDetector?.getSupportedFormats().catch(() => [])) ?? [];
  if (formats.includes("qr_code")) {
    const detector = new globalThis.BarcodeDetector({ formats: ["qr_code"] });
    return async (video) => (await detector.detect(video))[0]?.rawValue ?? null;
  }
  const { readCode } = await import("./qr/read.js");
  return async (video) => readCode(picture(video));
}

/** Wide enough for a code held half a metre away, small enough for a cheap phone. */
const WIDTH = 640;
let canvas = null;

function picture(video) {
  const scale = Math.min(1, WIDTH / Math.max(video.videoWidth, video.videoHeight));
  const [width, height] = [video.videoWidth, video.videoHeight].map((side) => Math.round(side * scale));
  canvas ??= document.createElement("canvas");
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(video, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}
