/**
 * Breaks text into lines of at most `width` characters, at blanks where possible.
 *
 * @param text  may hold line breaks, which stay
 * @param width  characters per line, ≥ 1
 * @returns lines without trailing blanks; words longer than a line are cut
 */
export function wrapText(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => wrapParagraph(paragraph, Math.max(1, width)));
}

function wrapParagraph(paragraph: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(' ').flatMap((one) => pieces(one, width))) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

function pieces(word: string, width: number): string[] {
  const characters = [...word];
  if (characters.length <= width) return [word];
  const parts: string[] = [];
  for (let i = 0; i < characters.length; i += width) parts.push(characters.slice(i, i + width).join(''));
  return parts;
}
