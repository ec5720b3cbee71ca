import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { root } from '../setup/root.mjs';

const settings = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ['node'],
  typeRoots: [path.join(root, 'node_modules/@types')],
  strict: true,
  noUncheckedIndexedAccess: true,
  noImplicitReturns: true,
  esModuleInterop: true,
  skipLibCheck: true,
  noEmit: true,
};

/**
 * What the compiler says about files, as a strict user's project would.
 *
 * @param {string} folder
 * @param {readonly string[]} files
 * @returns {Map<string, { line: number | undefined, message: string }[]>} by file
 */
export function typeErrors(folder, files) {
  const host = ts.createCompilerHost(settings);
  host.getCurrentDirectory = () => folder;
  const program = ts.createProgram(files, settings, host);
  const found = new Map(files.map((file) => [file, []]));
  for (const diagnostic of ts.getPreEmitDiagnostics(program)) {
    const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ');
    const owner = found.get(diagnostic.file?.fileName);
    if (!owner) throw new Error(`${diagnostic.file?.fileName ?? ''} ${message}`);
    const line = diagnostic.file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line;
    owner.push({ line: line === undefined ? undefined : line + 1, message });
  }
  return found;
}

/** The JavaScript of a TypeScript file. */
export function javascriptOf(file) {
  const compilerOptions = { ...settings, module: ts.ModuleKind.ESNext, noEmit: false, inlineSourceMap: true };
  return ts.transpileModule(readFileSync(file, 'utf8'), { compilerOptions, fileName: file }).outputText;
}
