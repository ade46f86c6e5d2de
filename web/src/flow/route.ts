/** Lines between cards: down, across, down, with round corners. */
export interface Point {
  x: number;
  y: number;
}

const RADIUS = 10;

/** Drops points that lie on the line between their neighbours. */
function straightened(points: Point[]): Point[] {
  return points.filter((point, index) => {
    const [a, b] = [points[index - 1], points[index + 1]];
    if (!a || !b) return true;
    return !((a.x === point.x && point.x === b.x) || (a.y === point.y && point.y === b.y));
  });
}

/** The points as an SVG path whose corners are round. */
export function pathOf(points: Point[]): string {
  const line = straightened(points);
  const [first, ...rest] = line;
  if (!first) return '';
  let path = `M${round(first.x)} ${round(first.y)}`;
  for (const [index, point] of rest.entries()) {
    const before = line[index] as Point;
    const after = rest[index + 1];
    if (!after) {
      path += `L${round(point.x)} ${round(point.y)}`;
      continue;
    }
    const radius = Math.min(RADIUS, length(before, point) / 2, length(point, after) / 2);
    const enter = towards(point, before, radius);
    const leave = towards(point, after, radius);
    path += `L${round(enter.x)} ${round(enter.y)}Q${round(point.x)} ${round(point.y)} ${round(leave.x)} ${round(leave.y)}`;
  }
  return path;
}

const round = (value: number) => Math.round(value * 10) / 10;
const length = (a: Point, b: Point) => Math.abs(a.x - b.x) + Math.abs(a.y - b.y);

function towards(from: Point, to: Point, distance: number): Point {
  const whole = length(from, to) || 1;
  return {
    x: from.x + ((to.x - from.x) * distance) / whole,
    y: from.y + ((to.y - from.y) * distance) / whole,
  };
}
