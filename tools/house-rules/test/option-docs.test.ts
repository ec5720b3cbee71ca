import { expect, test } from '@jest/globals';
import ts from 'typescript';
import { filesBelow } from '../src/files-below.js';
import { docOf, isExported, parse, placeOf } from '../src/parse.js';
import { packages } from '../src/workspace.js';

const DURATION = /(TTL|[tT]imeout|[iI]nterval|[dD]elay|[dD]uration)$/;

test.each(packages)('%s: every option has a doc comment, its default and its unit', ({ folder }) => {
  const wrong = filesBelow(`${folder}/src`)
    .filter((file) => /(^|[/-])options[^/]*\.ts$/.test(file))
    .flatMap((file) => parse(file).statements.filter(ts.isInterfaceDeclaration))
    .filter(
      (one) => isExported(one) && one.name.text.endsWith('Options') && !one.name.text.startsWith('Resolved'),
    )
    .flatMap((one) => one.members.flatMap((member) => complaintsAbout(one.name.text, member)));
  expect(wrong).toEqual([]);
});

function complaintsAbout(owner: string, member: ts.TypeElement): string[] {
  const option = `${placeOf(member)} ${owner}.${member.name?.getText() ?? '?'}`;
  const doc = docOf(member);
  if (doc === undefined) return [`${option} has no doc comment`];
  const complaints: string[] = [];
  if (member.questionToken && !/@default\s+\S/.test(doc)) complaints.push(`${option} has no @default`);
  const type = ts.isPropertySignature(member) ? (member.type?.getText() ?? '') : '';
  if (DURATION.test(member.name?.getText() ?? '') && /\bnumber\b/.test(type)) {
    complaints.push(`${option} is a duration: type it Milliseconds`);
  }
  return complaints;
}
