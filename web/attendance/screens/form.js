// A form with one thing to do: what is asked, what was wrong, and a button that waits for its answer.
import { fill, h } from "../../shared/dom.js";
import { icon } from "../icons.js";
import { say } from "../say.js";

/** A labelled input: { element, input, value }. */
export function asked(name, words, attributes = {}, why = null) {
  const input = h("input", { name, required: true, ...(why && { "aria-describedby": `${name}-why` }), ...attributes });
  const element = h(
    "div",
    { class: "asked" },
    h("label", { for: name }, words),
    why && h("small", { class: "quiet", id: `${name}-why` }, why),
    input,
  );
  input.id = name;
  return {
    element,
    input,
    get value() {
      return input.value;
    },
  };
}

/** `submit(problem)` does it; `problem(words, input)` says what was wrong and leads there. */
export function form(fields, does, submit, more = []) {
  const wrong = h("p", { class: "wrong", role: "alert", id: "wrong" });
  const button = h("button", { class: "first wide", type: "submit" }, does);
  const problem = (words, input) => {
    fill(wrong, icon("alert"), words);
    input?.setAttribute("aria-invalid", "true");
    input?.focus();
  };
  const onsubmit = async (event) => {
    event.preventDefault();
    fill(wrong);
    event.target.querySelectorAll("[aria-invalid]").forEach((input) => input.removeAttribute("aria-invalid"));
    button.disabled = true;
    fill(button, say("moment"));
    try {
      await submit(problem);
    } finally {
      button.disabled = false;
      fill(button, does);
    }
  };
  return h("form", { class: "card stack", onsubmit, "aria-describedby": "wrong" }, fields, wrong, button, more);
}
