import { toCsv } from './csv.js';
import { drawFigure } from './draw-figure.js';
import { escapeHtml } from './escape-html.js';
import type { DataRow, DataValue, FigureModel } from './figure.js';
import { htmlTable } from './html-table.js';
import { keptTogether } from './kept-together.js';
import { compact, NOTHING } from './number-format.js';
import { cell, numbers, words, type TableModel } from './table.js';

/**
 * A figure: picture, caption, the command that makes it, and its data as CSV and as a table that folds out.
 *
 * @param figure  not yet drawn
 * @param place  prefix of its id, unique on the page; name of the file to download; command
 * @returns HTML
 */
export async function htmlFigure(
  figure: FigureModel,
  place: { readonly id: string; readonly file: string; readonly command: string },
): Promise<string> {
  const { title, caption, description, data } = figure;
  const id = `${place.id}-${figure.id}`;
  const svg = (await drawFigure(figure)).replace('<svg ', '<svg aria-hidden="true" ');
  const csv = `data:text/csv;charset=utf-8,${encodeURIComponent(toCsv(data))}`;
  return `<figure id="${id}" aria-labelledby="${id}-title">
<h4 id="${id}-title">${escapeHtml(keptTogether(title))}</h4>
<div class="scroll" tabindex="0" role="img" aria-label="${escapeHtml(description)}">${svg}</div>
<figcaption>${escapeHtml(keptTogether(caption))}
<p class="made">Made by <code>${escapeHtml(place.command)}</code>. <a href="${escapeHtml(csv)}" download="${escapeHtml(`${place.file}-${figure.id}.csv`)}">Data as CSV<span class="hidden">: ${escapeHtml(title)}</span></a></p>
<details><summary>Data as a table (${data.length} rows)</summary>${htmlTable(dataTable(figure))}</details></figcaption>
</figure>`;
}

/** The figure's data, numbers with three digits. */
function dataTable({ title, data }: FigureModel): TableModel {
  const keys = Object.keys(data[0] ?? {});
  const holdsWords = (key: string): boolean => data.some((row) => typeof row[key] === 'string');
  return {
    title: `Data: ${title}`,
    note: 'Numbers are rounded here and exact in the CSV file.',
    columns: keys.map((key) => (holdsWords(key) ? words(key) : numbers(key))),
    rows: data.map((row: DataRow) => keys.map((key) => cell(shown(row[key] ?? null)))),
  };
}

function shown(value: DataValue): string {
  if (value === null) return NOTHING;
  if (typeof value === 'string') return value;
  return Number.isInteger(value) ? String(value) : compact(value);
}
