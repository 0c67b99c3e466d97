// By camera: codes are read as they come before it, each once until it has gone.
import { fill, h } from "../../shared/dom.js";
import { icon } from "../icons.js";
import { say } from "../say.js";
import { reader } from "../reader.js";

const PAUSE = 120;
const SAME_AGAIN = 4_000;

export function byCamera({ met }) {
  const video = h("video", { playsinline: true, muted: true, "aria-hidden": "true" });
  const view = h("div", { class: "view", hidden: true }, video, h("span", { class: "frame" }));
  const words = h("p", { class: "quiet", role: "status" });
  const button = h("button", { class: "first wide", onclick: () => (stream ? stop() : start()) });
  let stream = null;
  let read = null;
  let busy = false;
  const seen = new Map();

  async function start() {
    if (!navigator.mediaDevices?.getUserMedia) return fill(words, say("noCamera"));
    button.disabled = true;
    try {
      read ??= await reader();
      stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment", width: { ideal: 1280 } },
      });
    } catch {
      fill(words, icon("alert"), say("cameraRefused"));
      return show();
    }
    video.srcObject = stream;
    await video.play();
    fill(words, say("cameraOn"));
    show();
    look();
  }

  function stop() {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    video.srcObject = null;
    fill(words, say("cameraWhy"));
    show();
  }

  function show() {
    button.disabled = false;
    view.hidden = !stream;
    button.classList.toggle("first", !stream);
    fill(button, icon("scan"), say(stream ? "cameraStop" : "cameraStart"));
  }

  async function look() {
    if (!stream) return;
    const text = busy || video.readyState < 2 ? null : await read(video).catch(() => null);
    const now = performance.now();
    if (text && !(now - (seen.get(text) ?? -Infinity) < SAME_AGAIN)) {
      busy = true;
      await met(text, "QR");
      busy = false;
    }
    if (text) seen.set(text, performance.now());
    setTimeout(look, PAUSE);
  }

  fill(words, say("cameraWhy"));
  show();
  return { element: h("div", { class: "stack" }, view, words, button), leave: stop };
}
