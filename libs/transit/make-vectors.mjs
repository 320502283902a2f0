// Makes vectors.json anew from the fixed keys and cases in src/vectors. The result is the same each
// time; a test holds the file against it.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const here = import.meta.dirname;
const { outputFiles } = await build({
  entryPoints: [join(here, 'src/vectors/make.fixture.ts')],
  ...{ bundle: true, write: false, platform: 'node', format: 'esm' },
});
const source = Buffer.from(outputFiles[0].contents).toString('base64');
const { makeVectors } = await import(`data:text/javascript;base64,${source}`);
await writeFile(join(here, 'vectors.json'), await makeVectors());
