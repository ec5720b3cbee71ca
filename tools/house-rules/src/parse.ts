import ts from 'typescript';
import { readText } from './workspace.js';

const parsed = new Map<string, ts.SourceFile>();

/** The syntax tree of a TypeScript file, given by its path from the root. */
export function parse(file: string): ts.SourceFile {
  const known = parsed.get(file);
  if (known) return known;
  const tree = ts.createSourceFile(file, readText(file) ?? '', ts.ScriptTarget.Latest, true);
  parsed.set(file, tree);
  return tree;
}

/** Every node of a tree, parents before children. */
export function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node;
  const children: ts.Node[] = [];
  node.forEachChild((child) => void children.push(child));
  for (const child of children) yield* nodesOf(child);
}

/** `file:line`, for messages that an editor can follow. */
export function placeOf(node: ts.Node): string {
  const tree = node.getSourceFile();
  return `${tree.fileName}:${tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1}`;
}

/** The text of a doc comment in front of a node, or `undefined`. */
export function docOf(node: ts.Node): string | undefined {
  const docs = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  return docs.length === 0 ? undefined : docs.map((doc) => doc.getFullText()).join('\n');
}

export function isExported(node: ts.Node): boolean {
  return (
    ts.canHaveModifiers(node) &&
    !!ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  );
}
