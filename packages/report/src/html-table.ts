import { escapeHtml } from './escape-html.js';
import { keptTogether } from './kept-together.js';
import type { TableCell, TableModel } from './table.js';

/**
 * A table under its title and note, in a box that scrolls on narrow screens.
 *
 * @param table  text; all of it is escaped
 * @param heading  level of the heading; none when the surroundings name the table
 * @returns HTML
 */
export function htmlTable({ title, note, columns, rows }: TableModel, heading?: 3 | 4): string {
  const head = columns.map(
    ({ title: text, holds }) => `<th scope="col"${kind(holds)}>${escapeHtml(kept(text))}</th>`,
  );
  const body = rows.map((row) => {
    const cells = row.map((one, index) =>
      index === 0
        ? `<th scope="row"${kind(columns[index]!.holds)}>${htmlCell(one)}</th>`
        : `<td${kind(columns[index]!.holds)}>${htmlCell(one)}</td>`,
    );
    return `<tr>${cells.join('')}</tr>`;
  });
  const name = heading === undefined ? '' : `<h${heading}>${escapeHtml(keptTogether(title))}</h${heading}>\n`;
  return `<div class="tabular${rows.length > PAPER_ROWS ? ' long' : ''}">${name}<p class="note">${escapeHtml(keptTogether(note))}</p>
<div class="scroll" tabindex="0" role="group" aria-label="${escapeHtml(title)}"><table>
<caption class="hidden">${escapeHtml(title)}</caption>
<thead><tr>${head.join('')}</tr></thead>
<tbody>${body.join('\n')}</tbody>
</table></div></div>`;
}

/** Rows that paper holds on a page together with what stands around them. */
const PAPER_ROWS = 16;

/** A head breaks between the numbers of a potential, not between a number and its θ. */
function kept(head: string): string {
  return head.replaceAll(head.length <= 14 ? / /gu : /(?<=\d) (?=θ)/gu, '\u00a0');
}

function kind(holds: 'numbers' | 'words'): string {
  return holds === 'words' ? ' class="words"' : '';
}

function htmlCell({ text, below, tone }: TableCell): string {
  const main =
    tone === undefined ? escapeHtml(text) : `<span class="outcome ${tone}">${escapeHtml(text)}</span>`;
  return main + below.map((line) => `<small>${escapeHtml(line)}</small>`).join('');
}
