/** Outlines that a region can have. */
export type Outline = 'disc' | 'square' | 'triangle' | 'cross' | 'ring' | 'star' | 'crescent';

/** √3 and cosine and sine of 36°, to double precision. */
const SQRT_3 = 1.7320508075688772;
const COS_36 = 0.8090169943749475;
const SIN_36 = 0.5877852522924731;
/** Outer radius of the star, and the inner one as a share of it. */
const STAR_OUTER = 1.15;
const STAR_INNER = 0.45;

/**
 * Signed distance of a point from an outline of "radius" 1 around the origin: negative inside, in units of the radius.
 *
 * Uses only + − · / √ and comparisons, so that it is the same number everywhere.
 *
 * @param x right, y down
 * @see Inigo Quilez, "2D distance functions" (triangle, star, moon are variants of his)
 */
export function outlineDistance(outline: Outline, x: number, y: number): number {
  switch (outline) {
    case 'disc':
      return Math.sqrt(x * x + y * y) - 1;
    case 'square':
      return box(x, y, 0.88, 0.88);
    case 'triangle':
      return triangle(x, y);
    case 'cross':
      return Math.min(box(x, y, 1.05, 0.34), box(x, y, 0.34, 1.05));
    case 'ring':
      return Math.abs(Math.sqrt(x * x + y * y) - 0.77) - 0.27;
    case 'star':
      return star(x, y);
    case 'crescent':
      return Math.max(Math.sqrt(x * x + y * y) - 1, 0.82 - Math.sqrt((x - 0.52) * (x - 0.52) + y * y));
  }
}

function box(x: number, y: number, halfWidth: number, halfHeight: number): number {
  const dx = Math.abs(x) - halfWidth;
  const dy = Math.abs(y) - halfHeight;
  const ox = Math.max(dx, 0);
  const oy = Math.max(dy, 0);
  return Math.sqrt(ox * ox + oy * oy) + Math.min(Math.max(dx, dy), 0);
}

/** Equilateral, circumscribed radius 1.2: three half-planes. */
function triangle(x: number, y: number): number {
  return Math.max(y, (SQRT_3 * Math.abs(x) - y) / 2) - 0.6;
}

/** Five-pointed, outer radius 1.15, tip up: folded into one half-tip by reflections, then one edge. */
function star(x: number, y: number): number {
  let px = Math.abs(x);
  let py = -y;
  // Twice: mirror at the line 36° off the tip's axis, then at the axis; angles of 180° come to within 36°.
  for (let fold = 0; fold < 2; fold += 1) {
    const beyond = Math.max(COS_36 * px - SIN_36 * py, 0);
    px = Math.abs(px - 2 * beyond * COS_36);
    py += 2 * beyond * SIN_36;
  }
  // The edge from the tip (0, outer) to the notch at 36°; positive on its outer side.
  const edgeX = STAR_INNER * STAR_OUTER * SIN_36;
  const edgeY = STAR_INNER * STAR_OUTER * COS_36 - STAR_OUTER;
  return (edgeX * (py - STAR_OUTER) - edgeY * px) / Math.sqrt(edgeX * edgeX + edgeY * edgeY);
}
