import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import type { Edit, Mutant } from './mutant.ts';

/** Our own packages are bundled from source; all others stay imports. */
const onlyOurOwn: Plugin = {
  name: 'only-our-own',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || path.startsWith('@causeway/')
        ? undefined
        : { external: true, path },
    );
  },
};

/** Shows the bundler files that are edited in memory. Fails where a place to edit is not there once. */
function edited(root: string, edits: readonly Edit[]): Plugin {
  const files = new Map<string, Edit[]>();
  for (const edit of edits) {
    const path = join(root, edit.file);
    files.set(path, [...(files.get(path) ?? []), edit]);
  }
  return {
    name: 'edited',
    setup({ onLoad, onEnd }) {
      const seen = new Set<string>();
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const here = files.get(path);
        if (here === undefined) return undefined;
        seen.add(path);
        const text = await readFile(path, 'utf8');
        return { contents: here.reduce(applied, text), loader: 'ts' };
      });
      onEnd(() => {
        const unseen = [...files.keys()].filter((path) => !seen.has(path));
        if (unseen.length > 0) throw new Error(`not part of the simulator: ${unseen.join(', ')}`);
      });
    },
  };
}

function applied(text: string, { file, find, replace }: Edit): string {
  const parts = text.split(find);
  if (parts.length === 2) return parts.join(replace);
  throw new Error(`${file} has ${parts.length - 1} places with: ${find}`);
}

/**
 * Bundles the simulator with a bug in it.
 *
 * @param root the folder of the project
 * @param outfile must lie below the root, since what it imports is found from there
 */
export async function bundleMutant(
  { edits }: Pick<Mutant, 'edits'>,
  root: string,
  outfile: string,
): Promise<void> {
  const options: BuildOptions = {
    entryPoints: [join(root, 'test/simulator/src/bin.ts')],
    ...{ outfile, absWorkingDir: root, bundle: true, format: 'esm', platform: 'node' },
    ...{ target: 'node20', loader: { '.sql': 'text', '.csv': 'text' }, logLevel: 'silent' },
    plugins: [edited(root, edits), onlyOurOwn],
  };
  await build(options);
}
