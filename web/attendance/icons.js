// Small drawings beside words: none of them means anything alone.
import { drawn } from "../shared/dom.js";

const PATHS = {
  PRESENT: "M5 12.5l4.5 4.5L19 7",
  LATE: "M12 7v5l3 2M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18",
  LEFT_EARLY: "M10 4H5v16h5M10 12h10M16 8l4 4-4 4",
  ABSENT: "M6 6l12 12M18 6L6 18",
  EXCUSED: "M4 5h16v11H10l-4 4v-4H4z",
  scan: "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M8 8h3v3H8zM14 8h2M14 12h2v4M8 14h3M8 16h2",
  pin: "M6 7h.01M12 7h.01M18 7h.01M6 12h.01M12 12h.01M18 12h.01M6 17h.01M12 17h.01M18 17h.01",
  list: "M9 6h11M9 12h11M9 18h11M4 6h.01M4 12h.01M4 18h.01",
  wait: "M7 3h10M7 21h10M8 3c0 5 8 5 8 9s-8 4-8 9M16 3c0 5-8 5-8 9s8 4 8 9",
  done: "M3 12.5l4 4L15 8M12 15.5l1 1L21 8",
  alert: "M12 4l9 16H3zM12 10v4M12 17h.01",
  offline:
    "M4 4l16 16M8.5 16a5 5 0 0 1 6-1M5 12.5a10 10 0 0 1 4-2.4M13.500 9.800a10 10 0 0 1 5.5 2.700M12 20h.01M2 9a15 15 0 0 1 3.500-2.300M10 5.200A15 15 0 0 1 22 9",
  send: "M12 20V5M6 11l6-6 6 6",
  back: "M19 12H5M11 6l-6 6 6 6",
  more: "M4 7h16M4 12h16M4 17h16",
  edit: "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
  lock: "M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3",
  load: "M12 4v12M6 10l6 6 6-6M5 20h14",
  next: "M9 6l6 6-6 6",
};

export function icon(name) {
  return drawn("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, drawn("path", { d: PATHS[name] }));
}
