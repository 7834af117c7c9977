import ts from 'typescript';
import type { ReadmeExample } from './readme-examples.js';

/** An output that the example promises: the text after `// →`. */
export interface Promised {
  /** Line of the statement in the README, from 1. */
  readonly line: number;
  /** The comment's text; several comment lines joined by a line feed. */
  readonly text: string;
}

/** A README example made ready to run: JavaScript that reports each promised value with its line. */
export interface InstrumentedExample {
  /** ES module with an inline source map whose lines are those of the README. It calls `__readme(line, ...values)`. */
  readonly javascript: string;
  /** What the comments promise, in order, where a statement can keep it. */
  readonly promised: readonly Promised[];
  /** Comments that follow no statement whose value could be shown, as messages. */
  readonly problems: readonly string[];
}

const PROMISE = /\/\/\s*→\s?(.*)$/;

/**
 * Turn a README example into a module that reports the values its `// →` comments promise.
 *
 * A promise belongs to the statement that ends on its line, or on the line above a run of comment-only promises:
 * a `console.log` call anywhere, another expression, or a declaration of one name.
 */
export function instrumentExample(example: ReadmeExample): InstrumentedExample {
  // Empty lines in front make the line numbers of stack traces those of the README.
  const source = '\n'.repeat(example.line - 1) + example.code;
  const found = promises(source);
  const tree = ts.createSourceFile(example.file, source, ts.ScriptTarget.ESNext, true);
  const wanted = new Set(found.map((promise) => promise.line));
  const { edits, served } = findEdits(tree, wanted);
  const promised = found.filter((promise) => served.has(promise.line));
  const problems = found
    .filter((promise) => !served.has(promise.line))
    .map(({ line, text }) => `${example.file}:${line}: no value to compare with "→ ${text}" on this line`);
  const javascript = ts.transpileModule(applyEdits(source, edits), {
    fileName: example.file,
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2023,
      verbatimModuleSyntax: true,
      inlineSourceMap: true,
      inlineSources: true,
    },
  }).outputText;
  return { javascript, promised, problems };
}

/** The promises of a source text, comment-only lines added to the promise above them. */
function promises(source: string): Promised[] {
  const found: Promised[] = [];
  let previousLine = 0;
  for (const [index, row] of source.split('\n').entries()) {
    const match = PROMISE.exec(row);
    if (match === null) continue;
    const line = index + 1;
    const text = match[1]!.trim();
    const last = found.at(-1);
    if (row.slice(0, match.index).trim() !== '') found.push({ line, text });
    else if (last !== undefined && previousLine === line - 1) {
      found[found.length - 1] = { line: last.line, text: `${last.text}\n${text}` };
    } else found.push({ line: line - 1, text });
    previousLine = line;
  }
  return found;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Edits that make every statement with a promise report its value, and the lines that got one. */
function findEdits(tree: ts.SourceFile, wanted: ReadonlySet<number>): { edits: Edit[]; served: Set<number> } {
  const edits: Edit[] = [];
  const served = new Set<number>();
  const lastLine = (node: ts.Node): number => tree.getLineAndCharacterOfPosition(node.getEnd()).line + 1;
  const visit = (node: ts.Node): void => {
    const line = lastLine(
      ts.isCallExpression(node) && ts.isExpressionStatement(node.parent) ? node.parent : node,
    );
    const edit = wanted.has(line) ? reportingEdit(node, tree, line) : undefined;
    if (edit === undefined) {
      node.forEachChild(visit);
      return;
    }
    served.add(line);
    edits.push(...edit);
  };
  visit(tree);
  return { edits, served };
}

function reportingEdit(node: ts.Node, tree: ts.SourceFile, line: number): Edit[] | undefined {
  if (ts.isCallExpression(node) && node.expression.getText(tree) === 'console.log') {
    const start = node.expression.getStart(tree);
    const comma = node.arguments.length > 0 ? ', ' : '';
    const open = tree.text.indexOf('(', node.expression.getEnd()) + 1;
    return [{ start, end: open, text: `__readme(${line}${comma}` }];
  }
  if (ts.isExpressionStatement(node) && !node.getText(tree).includes('console.log(')) {
    const { expression } = node;
    return [
      { start: expression.getStart(tree), end: expression.getStart(tree), text: `__readme(${line}, (` },
      { start: expression.getEnd(), end: expression.getEnd(), text: '))' },
    ];
  }
  if (ts.isVariableStatement(node)) {
    const [declaration, another] = node.declarationList.declarations;
    if (declaration === undefined || another !== undefined || !ts.isIdentifier(declaration.name))
      return undefined;
    return [
      { start: node.getEnd(), end: node.getEnd(), text: ` __readme(${line}, ${declaration.name.text});` },
    ];
  }
  return undefined;
}

function applyEdits(source: string, edits: readonly Edit[]): string {
  let text = source;
  for (const { start, end, text: replacement } of edits.toSorted((a, b) => b.start - a.start)) {
    text = text.slice(0, start) + replacement + text.slice(end);
  }
  return text;
}
