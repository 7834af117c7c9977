import type { FigureModel } from './figure.js';

/** Size of the plotting area of a single plot [px]. */
export const FIGURE_WIDTH = 640;
/** @see FIGURE_WIDTH */
export const FIGURE_HEIGHT = 300;
/** Side of the plotting area when two plots stand side by side [px]. */
export const PANEL_SIZE = 285;

/** Colours are variables of the page's style sheet, so that one drawing serves light and dark. */
const CONFIG = {
  background: 'transparent',
  font: 'system-ui, sans-serif',
  padding: 4,
  // The page names the whole figure and gives its data; a name for every mark would only be noise.
  aria: false,
  view: { stroke: 'transparent' },
  axis: {
    gridColor: 'var(--grid)',
    domainColor: 'var(--muted)',
    tickColor: 'var(--muted)',
    labelColor: 'var(--ink)',
    titleColor: 'var(--ink)',
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    labelFlush: false,
  },
  legend: {
    orient: 'top',
    labelColor: 'var(--ink)',
    labelFontSize: 12,
    labelLimit: 450,
    symbolSize: 80,
    symbolOpacity: 1,
    columnPadding: 18,
    offset: 8,
    title: null,
  },
  title: { color: 'var(--ink)', fontSize: 13, anchor: 'start', fontWeight: 'normal', offset: 6 },
} as const;

/**
 * Draws a figure as SVG, without a browser. Texts in it are escaped; it refers to nothing outside.
 *
 * @param figure  specification with its data
 * @returns an `<svg>` element for use inside HTML, as text
 */
export async function drawFigure(figure: FigureModel): Promise<string> {
  // Loaded with the first drawing: they take longer than all the rest of this package, and tables need none of it.
  const [{ parse, View }, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const { spec } = compile({ ...figure.spec, config: CONFIG });
  const view = new View(parse(spec), { renderer: 'none' });
  try {
    const svg = await view.toSVG();
    // HTML needs no namespaces; and Vega may cut a long label in the middle of a character.
    return svg
      .replace(/^<svg[^>]*>/u, (root) => root.replaceAll(/ xmlns(?::\w+)?="[^"]*"/gu, ''))
      .replaceAll(/\p{Surrogate}/gu, '\ufffd');
  } finally {
    view.finalize();
  }
}
