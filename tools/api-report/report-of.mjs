import path from 'node:path';
import { declarationsOf } from './declarations-of.mjs';

/**
 * The API report of a built package: Markdown that changes when, and only when, what users depend on does.
 *
 * @param {{ name: string, folder: string, manifest: any }} one
 * @returns {string}
 */
export function reportOf(one) {
  const { entries, behind } = declarationsOf(one);
  const parts = [...entries].map(([key, texts]) => block(`\`${path.posix.join(one.name, key)}\``, texts));
  if (behind.length > 0) parts.push(block('Behind them, not exported by name', behind));
  return [`# API of ${one.name}`, '', 'Written by `pnpm api-report` from the build.', '', ...parts, ''].join(
    '\n',
  );
}

const block = (title, texts) => `## ${title}\n\n\`\`\`ts\n${texts.join('\n\n')}\n\`\`\`\n`;
