// The map: dots over the ground, moved and scaled by mouse, touch and keyboard. It knows places, and nothing of services.
import { drawn, fill, h } from "/shared/dom.js";
import { ground, project } from "./ground.js";
import { say } from "./words.js";

const HAITI = [[-74.5, 20.1], [-71.6, 18]].map(project);
const NEAREST = 2 ** 23;
const FARTHEST = 2 ** 13;
const NAMED = 2 ** 16.5; // pixels that the world is wide, from which towns are named
const TOGETHER = 34; // pixels: dots nearer than that are one

/**
 * Makes the map. `choose(keys)` is told which places were picked; `tiles`: an address with {z}/{x}/{y}, or null.
 * Gives { element, show(places), mark(keys), reach(keys) }; a place is { key, at: [east, north], name, town, count }.
 */
export function sheet({ choose, tiles }) {
  const svg = drawn("svg", { class: "ground", "aria-hidden": "true" });
  const dots = h("div", { class: "dots" });
  const field = h("div", { class: "field", tabindex: "0", role: "group", "aria-label": say("map_of"), onkeydown: typed }, svg, dots);
  const element = h("div", { class: "sheet" }, field, h("div", { class: "scale" },
    tool("+", "closer", () => scaleBy(2)), tool("−", "farther", () => scaleBy(0.5)), tool("⤢", "whole", () => fit(places))));
  let places = [];
  let marked = new Set();
  let view = null; // { middle: world units, scale: pixels that the world is wide }
  let moved = false; // by hand since the last search
  let soon = 0;

  const size = () => [field.clientWidth || 320, field.clientHeight || 320];
  const onScreen = ([x, y]) => {
    const [width, height] = size();
    return [width / 2 + (x - view.middle[0]) * view.scale, height / 2 + (y - view.middle[1]) * view.scale];
  };
  const corner = ([x, y]) => {
    const [width, height] = size();
    return [view.middle[0] + (x - width / 2) / view.scale, view.middle[1] + (y - height / 2) / view.scale];
  };

  function tool(sign, words, onclick) {
    return h("button", { type: "button", "aria-label": say(words), title: say(words), onclick }, sign);
  }

  function fit(shown) {
    const points = shown.length ? shown.map(({ at }) => project(at)) : HAITI;
    const [xs, ys] = [0, 1].map((axis) => points.map((point) => point[axis]));
    const [width, height] = size();
    const wide = Math.max(...xs) - Math.min(...xs);
    const high = Math.max(...ys) - Math.min(...ys);
    const scale = Math.min((width - 90) / (wide || 1e-9), (height - 90) / (high || 1e-9));
    view = {
      middle: [(Math.max(...xs) + Math.min(...xs)) / 2, (Math.max(...ys) + Math.min(...ys)) / 2],
      scale: bounded(shown.length ? Math.min(scale, 2 ** 18) : scale),
    };
    moved = false;
    draw();
  }

  const bounded = (scale) => Math.max(FARTHEST, Math.min(NEAREST, scale));

  function scaleBy(factor, [x, y] = size().map((side) => side / 2)) {
    const fixed = corner([x, y]);
    view.scale = bounded(view.scale * factor);
    const after = corner([x, y]);
    view.middle = view.middle.map((unit, axis) => unit + fixed[axis] - after[axis]);
    moved = true;
    later();
  }

  function shift(x, y) {
    view.middle = [view.middle[0] - x / view.scale, view.middle[1] - y / view.scale];
    moved = true;
    later();
  }

  function typed(event) {
    const step = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key];
    if (step) shift(...step);
    else if (event.key === "+" || event.key === "=") scaleBy(2);
    else if (event.key === "-") scaleBy(0.5);
    else if (event.key === "0") fit(places);
    else return;
    event.preventDefault();
  }

  function later() {
    soon ||= requestAnimationFrame(draw);
  }

  function draw() {
    soon = 0;
    if (!view) return;
    const [width, height] = size();
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    fill(svg, ...ground({ onScreen, corner, scale: view.scale, width, height, tiles }));
    const held = dots.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    fill(dots, ...clusters().filter(({ x, y }) => x > -20 && y > -20 && x < width + 20 && y < height + 20).flatMap((cluster) => [dot(cluster), view.scale > NAMED && town(cluster)]));
    if (held) [...dots.children].find(({ dataset }) => dataset.key === held)?.focus({ preventScroll: true });
  }

  /** Places that would lie on each other, as one: each joins the first that it is too near to. */
  function clusters() {
    const found = [];
    for (const place of places) {
      const [x, y] = onScreen(project(place.at));
      const near = found.find((other) => Math.hypot(other.x - x, other.y - y) < TOGETHER);
      if (near) near.places.push(place);
      else found.push({ x, y, places: [place] });
    }
    return found;
  }

  function dot({ x, y, places: here }) {
    const count = here.reduce((sum, place) => sum + place.count, 0);
    const current = here.some(({ key }) => marked.has(key));
    const button = h("button", {
      type: "button",
      class: `dot${count > 1 ? " several" : ""}${current ? " current" : ""}`,
      "data-key": here[0].key,
      "aria-pressed": String(current),
      "aria-label": say(here.length > 1 ? "around" : "at_place", { count, place: here[0].name }),
      onclick: () => pick(here),
    }, count > 1 ? String(count) : "");
    button.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px) translate(-50%, -50%)`;
    return button;
  }

  /** The town's name beside its dot; the dot itself tells a screen reader. */
  function town({ x, y, places: here }) {
    const name = h("span", { class: "dot-name", "aria-hidden": "true" }, here[0].town ?? "");
    name.style.transform = `translate(${(x + 20).toFixed(1)}px, ${y.toFixed(1)}px) translate(0, -50%)`;
    return name;
  }

  function pick(here) {
    const same = here.every(({ at }) => at[0] === here[0].at[0] && at[1] === here[0].at[1]);
    if (same || view.scale >= NEAREST) choose(here.map(({ key }) => key));
    else fit(here);
  }

  const pointers = new Map();
  let dragged = null;
  field.addEventListener("pointerdown", (event) => {
    if (event.target.closest(".dot")) return;
    pointers.set(event.pointerId, at(event));
    field.setPointerCapture(event.pointerId);
    dragged = at(event);
  });
  field.addEventListener("pointermove", (event) => {
    if (!pointers.has(event.pointerId)) return;
    const before = spread();
    pointers.set(event.pointerId, at(event));
    if (pointers.size === 1) {
      const [x, y] = at(event);
      shift(x - dragged[0], y - dragged[1]);
      dragged = [x, y];
    } else {
      const after = spread();
      scaleBy(after.apart / (before.apart || after.apart), after.middle);
      shift(after.middle[0] - before.middle[0], after.middle[1] - before.middle[1]);
    }
  });
  for (const ended of ["pointerup", "pointercancel"]) field.addEventListener(ended, (event) => {
    pointers.delete(event.pointerId);
    [dragged] = pointers.values();
  });
  field.addEventListener("wheel", (event) => {
    event.preventDefault();
    scaleBy(2 ** (-event.deltaY / 240), at(event));
  }, { passive: false });

  function at({ clientX, clientY }) {
    const { left, top } = field.getBoundingClientRect();
    return [clientX - left, clientY - top];
  }

  function spread() {
    const [one, other = one] = [...pointers.values()];
    return { middle: [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2], apart: Math.hypot(one[0] - other[0], one[1] - other[1]) };
  }

  new ResizeObserver(() => (view && moved ? draw() : fit(places))).observe(field);

  return {
    element,
    show(shown) {
      places = shown;
      fit(shown);
    },
    mark(keys) {
      marked = new Set(keys);
      draw();
    },
    reach(keys) {
      const wanted = places.filter(({ key }) => keys.includes(key));
      if (wanted.length) fit(wanted);
    },
  };
}
