// The plots of docs/performance.md.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { drawFigure } from '../packages/report/dist/index.js';

/** A file that stands alone needs a namespace, and values for the colours that a report's style sheet would give. */
const ROOT =
  '<svg xmlns="http://www.w3.org/2000/svg" style="--ink:#24292f;--muted:#8c959f;--grid:#d8dee4;background:#fff"';

/** Plots by the name of their file: rows of (x, y, line), titles of the axes. */
function figures({ steps, batch, width, density16, density64, density192, threads }) {
  const perStep = (rows) =>
    rows.map(({ value, backend, milliseconds }) => ({ x: value, y: milliseconds / value, line: backend }));
  const time = (rows) =>
    rows.map(({ value, backend, milliseconds }) => ({ x: value, y: milliseconds, line: backend }));
  const rate = (rows, name) =>
    rows.map(({ value, backend, milliseconds, additions, density }) => ({
      x: name === undefined ? value : 100 * density,
      y: additions / milliseconds / 1e6,
      line: name === undefined ? backend : `${name} channels, ${backend}`,
    }));
  return {
    steps: [perStep(steps), 'T', 'ms an image and step'],
    batch: [time(batch), 'images in a run', 'ms an image'],
    width: [rate(width), 'channels in and out', '10⁹ additions a second'],
    density: [
      [...rate(density16, 16), ...rate(density64, 64), ...rate(density192, 192)],
      'neurons that spike in a step, %',
      '10⁹ additions a second',
    ],
    threads: [time(threads), 'threads', 'processor time of all threads, ms an image'],
  };
}

/** Draws every series of docs/performance.json as docs/performance-NAME.svg. */
export async function drawGrowth(series) {
  for (const [name, [data, x, y]] of Object.entries(figures(series))) {
    const axis = { grid: true, tickCount: 6 };
    const spec = {
      width: 560,
      height: 260,
      layer: [{ mark: { type: 'line', point: true } }],
      data: { values: data },
      encoding: {
        x: { field: 'x', type: 'quantitative', scale: { type: 'log', base: 2 }, axis, title: x },
        y: { field: 'y', type: 'quantitative', axis, title: y },
        color: { field: 'line', type: 'nominal', legend: { title: null, columns: 2 } },
      },
    };
    const svg = await drawFigure({ id: name, title: name, caption: '', description: '', data, spec });
    const file = fileURLToPath(new URL(`../docs/performance-${name}.svg`, import.meta.url));
    await writeFile(file, `${svg.replace(/^<svg/u, ROOT)}\n`);
  }
}
