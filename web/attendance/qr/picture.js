// A picture in black and white: each pixel against the mean of its surroundings, so that shade and glare do little harm.

/** Gives { width, height, dark(x, y) } of an ImageData; outside is light. */
export function blackAndWhite({ data, width, height }) {
  const grey = new Uint8Array(width * height);
  const sums = new Uint32Array((width + 1) * (height + 1));
  for (let y = 0, at = 0; y < height; y += 1) {
    let row = 0;
    for (let x = 0; x < width; x += 1, at += 1) {
      grey[at] = (data[4 * at] * 77 + data[4 * at + 1] * 151 + data[4 * at + 2] * 28) >> 8;
      row += grey[at];
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row;
    }
  }
  const reach = Math.max(width, height) >> 3;
  const black = new Uint8Array(width * height);
  for (let y = 0, at = 0; y < height; y += 1) {
    const [top, bottom] = [Math.max(0, y - reach), Math.min(height, y + reach)];
    for (let x = 0; x < width; x += 1, at += 1) {
      const [left, right] = [Math.max(0, x - reach), Math.min(width, x + reach)];
      const sum =
        sums[bottom * (width + 1) + right] -
        sums[top * (width + 1) + right] -
        sums[bottom * (width + 1) + left] +
        sums[top * (width + 1) + left];
      black[at] = grey[at] * 100 * (bottom - top) * (right - left) < sum * 90 ? 1 : 0;
    }
  }
  const dark = (x, y) => {
    const [column, line] = [Math.floor(x), Math.floor(y)];
    return column >= 0 && line >= 0 && column < width && line < height ? black[line * width + column] : 0;
  };
  return { width, height, dark };
}
