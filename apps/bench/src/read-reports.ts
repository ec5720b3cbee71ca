import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Report } from './report.js';

/** The reports that `writeReport` has left in a folder, by suite. */
export async function readReports(folder: string): Promise<Report[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const texts = await Promise.all(files.map((name) => readFile(path.join(folder, name), 'utf8')));
  return texts.map((text) => JSON.parse(text) as Report);
}
