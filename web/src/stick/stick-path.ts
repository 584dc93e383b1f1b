/**
 * The outline of a tally stick as an SVG path: a rounded bar lying on its side, with a V cut into its upper edge for each
 * notch. Geometry only; colours and sizes on the page are the component's.
 */

/** The box that the path is drawn in, for a long stick and for a short one. */
export const stickBox = { width: 320, shortWidth: 160, height: 24 } as const;

const left = 2;
const top = 4;
const bottom: number = stickBox.height - 4;
const round = 6;
const cut = { halfWidth: 3.5, depth: 9 } as const;

/** `notches`: where the notches are, from 0 (the left end) to 1 (the right end), in rising order. `width`: the box's. */
export function stickPath(notches: readonly number[], width: number = stickBox.width): string {
  const right = width - left;
  const cuts = notches.map((place) => {
    const middle = round + left + place * (right - left - 2 * round);
    return `L${coordinate(middle - cut.halfWidth)} ${top}L${coordinate(middle)} ${top + cut.depth}L${coordinate(middle + cut.halfWidth)} ${top}`;
  });
  return [
    `M${left + round} ${top}`,
    ...cuts,
    `L${right - round} ${top}`,
    `Q${right} ${top} ${right} ${top + round}V${bottom - round}Q${right} ${bottom} ${right - round} ${bottom}`,
    `H${left + round}Q${left} ${bottom} ${left} ${bottom - round}V${top + round}Q${left} ${top} ${left + round} ${top}Z`,
  ].join('');
}

/** `count` places from left to right, `step` apart, so that each notch stays where it is when the next is cut. */
export function notchesSoFar(count: number, step: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => (index + 1) * step).filter((place) => place < 1);
}

function coordinate(value: number): string {
  return String(Math.round(value * 100) / 100);
}
