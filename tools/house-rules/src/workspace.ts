import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The root of the repository. */
export const root = path.resolve(__dirname, '../../..');

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly license?: string;
  readonly description?: string;
  readonly keywords?: readonly string[];
  readonly type?: string;
  readonly main?: string;
  readonly types?: string;
  readonly sideEffects?: unknown;
  readonly files?: readonly string[];
  readonly engines?: Readonly<Record<string, string>>;
  readonly repository?: Readonly<Record<string, string>>;
  readonly publishConfig?: Readonly<Record<string, unknown>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** A member of the workspace. */
export interface Project {
  /** Path from the root, such as `packages/core`. */
  readonly folder: string;
  readonly manifest: Manifest;
  /** Whether nothing has been written yet: `src/index.ts` exports nothing. */
  readonly placeholder: boolean;
  /** As the title of a test: `toString` gives the folder. */
  toString(): string;
}

/** The members of the workspace below one of its folders. */
export function projectsIn(folder: 'packages' | 'apps' | 'tools'): Project[] {
  return readdirSync(path.join(root, folder))
    .map((name) => `${folder}/${name}`)
    .filter((one) => existsSync(path.join(root, one, 'package.json')))
    .map((one) => ({
      folder: one,
      manifest: readJson<Manifest>(`${one}/package.json`),
      placeholder: readText(`${one}/src/index.ts`)?.trim() === 'export {};',
      toString: () => one,
    }));
}

/** The public packages that have been begun. */
export const packages = projectsIn('packages').filter(({ placeholder }) => !placeholder);

/** Everything that is not published. */
export const privateProjects = [...projectsIn('apps'), ...projectsIn('tools')];

/** A file's text, or `undefined` where there is no such file. `file` is a path from the root. */
export function readText(file: string): string | undefined {
  const full = path.join(root, file);
  return existsSync(full) ? readFileSync(full, 'utf8') : undefined;
}

export function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(path.join(root, file), 'utf8')) as T;
}
