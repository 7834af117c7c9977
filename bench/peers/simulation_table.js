// The comparison of one case as Markdown.

/** Rows of all programs, those of ours first, then what each layer did. `limit`: additions per second, in 10⁹, or undefined. */
export function table({ about, macs, additions, rows, layers, left, versions }, limit) {
  const { name, timeSteps, images, labels } = about;
  const peer = Math.min(...rows.filter(isPeer).map(({ msPerImage }) => msPerImage.cpu));
  const lines = [
    `\n### ${name}: T = ${timeSteps}, ${images} images, ${number(macs / 1e6, 1)} MMAC`,
    '',
    `${Object.entries(versions)
      .map(([program, version]) => `${program} ${version}`)
      .join(', ')}. Spikes cause ${number(additions / timeSteps / 1e6, 2)} M additions an image and step, ` +
      `${number((100 * additions) / timeSteps / macs, 1)} % of the multiply-adds.`,
    '',
    ...aligned([
      [
        'program',
        'batch',
        'ms an image',
        'by the clock',
        'times the best peer',
        'GMAC/s',
        'Gadd/s',
        'of limit',
        'accuracy',
        'same class',
      ],
      ...rows.map((row) => programRow(row, { peer, macs, additions, timeSteps, limit, labels })),
    ]),
    '',
    ...Object.entries(left).map(([variant, reason]) => `Without ${variant}: ${reason}`),
    '',
    ...aligned([
      ['layer', 'neurons', 'spiking, %', 'additions a step'],
      ...layers.map((layer) => [
        layer.name,
        String(layer.neurons),
        number(100 * layer.density, 1),
        number(layer.additions, 0),
      ]),
    ]),
  ];
  return lines.join('\n');
}

function isPeer({ variant }) {
  return !variant.startsWith('ours');
}

function programRow(row, { peer, macs, additions, timeSteps, limit, labels }) {
  const { variant, kernels, batch, msPerImage, accuracy, agreement } = row;
  const rate = additions / msPerImage.cpu / 1e6;
  return [
    kernels === undefined ? variant : `${variant} (${kernels})`,
    String(batch),
    number(msPerImage.cpu, 2),
    number(msPerImage.wall, 2),
    number(peer / msPerImage.cpu, 2),
    number((macs * timeSteps) / msPerImage.cpu / 1e6, 1),
    isPeer(row) ? '' : number(rate, 2),
    isPeer(row) || limit === undefined ? '' : `${number((100 * rate) / limit.level1, 0)} %`,
    labels === null ? '' : `${number(100 * accuracy, 1)} %`,
    `${number(100 * agreement, 1)} %`,
  ];
}

function number(value, digits) {
  return value.toFixed(digits);
}

/** Markdown table, first column to the left. */
function aligned([head, ...rows]) {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => row[column].length)));
  const line = (row) =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join(' | ')} |`;
  const rule = widths.map((width, column) =>
    column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [line(head), `| ${rule.join(' | ')} |`, ...rows.map(line)];
}
