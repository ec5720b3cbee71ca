import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { entriesOf } from '../src/entries-of.js';
import { filesBelow } from '../src/files-below.js';
import { isExported, nodesOf, parse, placeOf } from '../src/parse.js';
import { packages, readText } from '../src/workspace.js';

describe.each(packages)('%s: README.md', (project) => {
  const { folder } = project;
  const readme = readText(`${folder}/README.md`) ?? '';
  const sources = filesBelow(`${folder}/src`);
  const published = new Set(
    [...entriesOf(project).values()]
      .flatMap((file) => (file ? [...nodesOf(parse(file))] : []))
      .filter(ts.isExportSpecifier)
      .map((one) => (one.propertyName ?? one.name).text),
  );
  const members = (fileName: RegExp, interfaceName: RegExp) =>
    sources
      .filter((file) => fileName.test(file))
      .flatMap((file) => parse(file).statements.filter(ts.isInterfaceDeclaration))
      .filter((one) => isExported(one) && interfaceName.test(one.name.text) && published.has(one.name.text))
      .flatMap((one) => one.members.filter((member) => !mentions(readme, nameOf(member))))
      .map((member) => `${placeOf(member)} ${nameOf(member)}`);

  test('names every option', () => expect(members(/(^|[/-])options[^/]*\.ts$/, /Options$/)).toEqual([]));
  test('names every event', () => expect(members(/(^|[/-])events\.ts$/, /Events$/)).toEqual([]));

  test('names every error code', () => {
    const codes = new Set(
      sources
        .flatMap((file) => [...nodesOf(parse(file))])
        .flatMap((node) =>
          ts.isStringLiteralLike(node) && /^SPARK_[A-Z0-9_]+$/.test(node.text) ? node.text : [],
        ),
    );
    expect([...codes].filter((code) => !mentions(readme, code))).toEqual([]);
  });
});

const nameOf = (member: ts.TypeElement) => member.name?.getText().replace(/^['"]|['"]$/g, '') ?? '';

/** Inside backticks, alone or with others: `name`, `{ name, other }`, `name: 5`. Table rows and code blocks count. */
function mentions(text: string, name: string): boolean {
  return new RegExp(`\`[^\`]*(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])[^\`]*\``).test(text);
}
