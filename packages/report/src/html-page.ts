import { escapeHtml } from './escape-html.js';
import { STYLE_SHEET } from './style-sheet.js';

/**
 * The frame of every page: a content security policy that forbids scripts and requests, the style sheet, and `main`.
 *
 * @param title escaped here
 * @param main  HTML, its strings escaped
 * @param options.reloadSeconds  loads itself again after so many seconds, for what still grows
 * @returns a complete HTML document
 */
export function htmlPage(
  title: string,
  main: string,
  { reloadSeconds }: { readonly reloadSeconds?: number } = {},
): string {
  const reload =
    reloadSeconds === undefined ? '' : `<meta http-equiv="refresh" content="${reloadSeconds}">\n`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
${reload}<title>${escapeHtml(title)}</title>
<style>${STYLE_SHEET}</style>
</head>
<body>
<main>
${main}
</main>
</body>
</html>
`;
}
