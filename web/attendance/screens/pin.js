// By PIN: a number or a code typed, and Enter. The field is ready for the next person at once.
import { h } from "../../shared/dom.js";
import { say } from "../say.js";
import { LONGEST } from "../standing.js";

export function byPin({ met, pins }) {
  const input = h("input", {
    id: "pin",
    name: "pin",
    inputmode: pins ? "numeric" : "text",
    autocomplete: "off",
    autocapitalize: "none",
    spellcheck: "false",
    enterkeyhint: "done",
    required: true,
    maxlength: LONGEST,
    "aria-describedby": "pin-why",
  });
  const onsubmit = async (event) => {
    event.preventDefault();
    const typed = input.value.trim();
    input.value = "";
    input.focus();
    if (typed) await met(typed, "PIN");
  };
  const element = h(
    "form",
    { class: "stack", onsubmit },
    h("label", { for: "pin" }, say("pinLabel")),
    h("div", { class: "row" }, input, h("button", { class: "first", type: "submit" }, say("note"))),
    h("small", { class: "quiet", id: "pin-why" }, say(pins ? "pinWhy" : "noPins")),
  );
  return { element, focus: () => matchMedia("(pointer: fine)").matches && input.focus({ preventScroll: true }) };
}
