// One indicator: its figure against its target, its series, its breakdowns, its map, and every release with its files.
import { h } from "/shared/dom.js";
import { bars } from "./charts/bars.js";
import { line } from "./charts/line.js";
import { map } from "./charts/map.js";
import { notesOf, written } from "./figure.js";
import { isApproved, series } from "./figures.js";
import { day, known, period, say } from "./language.js";
import { cited, definitionOf, headline, isUnknown, isUnverified, mark, nameOf, notes, panel, provenance, valueName } from "./parts.js";
import { table } from "./table.js";

/** Releases that are listed before the earlier ones are folded away. */
const LISTED = 6;
const ORDER = ["SEX", "AGE_GROUP", "DEPARTMENT"];

/** Gives the sections of the page. `width`: units for a chart; `download(release, kind)` fetches a file. */
export function indicatorPage(indicator, { width, download }) {
  const { latest } = indicator;
  return [
    h("p", { class: "back" }, h("a", { href: "#/" }, `← ${say("all")}`)),
    h("div", { class: "head" },
      h("div", {}, h("h1", { tabindex: "-1" }, nameOf(indicator)), h("p", { class: "definition" }, definitionOf(indicator))),
      h("div", { class: "now" }, headline(indicator, Math.min(width.narrow, 460)), latest && provenance(latest))),
    h("div", { class: "panels" },
      ...["MONTH", "QUARTER"].map((kind) => overTime(indicator, kind, width)),
      ...inOrder(indicator.breakdowns).map((breakdown) => broken(indicator, breakdown, width))),
    notes(marks(indicator)),
    releases(indicator, download),
  ];
}

function marks({ latest, releases: all, breakdowns }) {
  const cells = breakdowns.flatMap((breakdown) => breakdown.cells);
  return [
    ...notesOf([...all.map(({ total }) => total), ...cells.map(({ figure }) => figure)]),
    ...(cells.some(isUnknown) ? ["unknown_note"] : []),
    ...(isUnverified(latest) ? ["unverified_note"] : []),
  ];
}

function inOrder(breakdowns) {
  const rank = ({ dimension }) => (ORDER.includes(dimension) ? ORDER.indexOf(dimension) : ORDER.length);
  return breakdowns.toSorted((one, other) => rank(one) - rank(other));
}

function overTime(indicator, kind, width) {
  const points = series(indicator, kind);
  if (points.length < 2) return null;
  const title = say(`series_${kind}`);
  return panel({
    title,
    kind: "wide",
    chart: line({ points, width: width.wide, label: say("chart_of", { title: `${nameOf(indicator)}, ${title}` }) }),
    twin: table({ caption: title, head: [say("period"), say("figure")], rows: points.map((point) => [period(point), point.total]) }),
  });
}

function broken(indicator, { dimension, cells }, width) {
  const title = say("breakdown", { dimension: (known(`dimension_${dimension}`) ?? dimension).toLocaleLowerCase() });
  const sorted = [...cells.filter((cell) => !isUnknown(cell)), ...cells.filter(isUnknown)];
  const label = say("chart_of", { title: `${nameOf(indicator)}, ${title}` });
  return panel({
    title,
    kind: dimension.toLowerCase(),
    chart: dimension === "DEPARTMENT" ? onMap(sorted, label, width) : bars({
      parts: sorted.map((cell) => ({ label: valueName(cell), figure: cell.figure, unknown: isUnknown(cell) })),
      width: width.narrow,
      label,
    }),
    twin: table({ caption: title, head: [known(`dimension_${dimension}`) ?? dimension, say("figure")], rows: sorted.map((cell) => [valueName(cell), cell.figure]) }),
  });
}

function onMap(cells, label, width) {
  const by = (read) => Object.fromEntries(cells.map((cell) => [cell.value, read(cell)]));
  const elsewhere = cells.filter(({ value }) => !/^HT\d\d$/.test(value));
  return h("div", {},
    map({ figures: by(({ figure }) => figure), names: by((cell) => valueName(cell)), label, large: width.named }),
    ...elsewhere.map((cell) => h("p", { class: "off-map" }, `${valueName(cell)} `, written(cell.figure))));
}

function releases({ releases: all, unit }, download) {
  const button = (release, kind) => h("button", {
    type: "button", class: "small", onclick: () => download(release, kind),
    "aria-label": say("download_as", { kind: kind.toUpperCase(), period: period(release), version: release.version }),
  }, kind.toUpperCase());
  const listed = (some) => table({
    caption: say("releases"),
    head: [say("period"), say("total"), say("download"), say("version"), say("as_of"), say("source")],
    rows: some.map((release) => [
      period(release), h("span", {}, written(release.total, unit), ...mark(release), release.reason && h("small", { class: "reason" }, release.reason)),
      isApproved(release) && h("span", { class: "files" }, button(release, "csv"), button(release, "xlsx")),
      String(release.version), day(release.asOf), cited(release),
    ]),
  });
  const newest = all.toReversed();
  return h("section", { class: "releases", "aria-labelledby": "releases" },
    h("h2", { id: "releases" }, say("releases")),
    h("p", { class: "quiet" }, say("releases_lead")),
    listed(newest.slice(0, LISTED)),
    newest.length > LISTED && h("details", {}, h("summary", {}, say("earlier")), listed(newest.slice(LISTED))));
}
