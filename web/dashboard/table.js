// The table twin of a chart: every figure of it, in a real table.
import { h } from "/shared/dom.js";
import { written } from "./figure.js";

/** `head` are the words over the columns; each row begins with its own name and goes on with words, elements or figures. */
export function table({ caption, head, rows }) {
  return h("div", { class: "table", role: "group", tabindex: "0", "aria-label": caption },
    h("table", {},
      h("caption", { class: "unseen" }, caption),
      h("thead", {}, h("tr", {}, ...head.map((words) => h("th", { scope: "col" }, words)))),
      h("tbody", {}, ...rows.map(([name, ...cells]) => h("tr", {},
        h("th", { scope: "row" }, name), ...cells.map((cell) => h("td", {}, cell?.__typename ? written(cell) : cell)))))));
}
