import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildDefinition } from '../bootstrap/build-name.mjs';

/**
 * Bundles every program of the image with all packages that it imports, so that the image has no
 * node_modules. What several programs share is in chunks that each loads; what a program imports
 * only when it needs it, such as telemetry, stays a chunk of its own.
 */
export async function bundleForImage(root, folder) {
  await build({
    entryPoints: { causeway: join(root, 'deploy/docker/src/causeway.ts') },
    outdir: folder,
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node24',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'linked',
    sourcemap: true,
    sourcesContent: false,
    loader: { '.sql': 'text', '.csv': 'text' },
    define: buildDefinition(root),
    // Packages in CommonJS call these, which a module does not have.
    banner: {
      js: [
        "import { createRequire as createRequireForPackages } from 'node:module';",
        "import { fileURLToPath as pathForPackages } from 'node:url';",
        'const require = createRequireForPackages(import.meta.url);',
        "const __filename = pathForPackages(import.meta.url), __dirname = pathForPackages(new URL('.', import.meta.url));",
      ].join('\n'),
    },
    // A driver that nobody installs; pg asks for it only where it is told to.
    external: ['pg-native'],
    logLevel: 'warning',
  });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
}
