// Where a series may be joined by a line: between neighbours that are both shown.
import { valueOf } from "../figure.js";

/** The indices of neighbours that are all shown: a line is drawn along each, never across a gap. */
export function runs(points) {
  return points.reduce((made, point, index) => {
    if (valueOf(point.total) === null) return [...made, []];
    made.at(-1).push(index);
    return made;
  }, [[]]).filter((run) => run.length > 1);
}
