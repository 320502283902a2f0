import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { buildDefinition } from '../bootstrap/build-name.mjs';

/**
 * A package in CommonJS that is imported only when it is needed would show nothing but a default:
 * its names are not known to the bundler. They are found by importing it here.
 */
const namedExports = {
  name: 'named-exports',
  setup(builder) {
    builder.onResolve({ filter: /^[^./]/ }, ({ path, kind, resolveDir }) => {
      const ours = isBuiltin(path) || path.startsWith('@causeway/');
      if (kind !== 'dynamic-import' || ours) return undefined;
      return { path, namespace: 'named-exports', pluginData: resolveDir };
    });
    builder.onLoad({ filter: /./, namespace: 'named-exports' }, async ({ path, pluginData }) => {
      const file = createRequire(join(pluginData, 'index.js')).resolve(path);
      const module = await import(pathToFileURL(file).href);
      const names = Object.keys({ ...module.default, ...module }).filter(
        (name) => /^[A-Za-z_$][\w$]*$/.test(name) && !['default', '__esModule'].includes(name),
      );
      const contents = `export { ${names.join(', ')} } from ${JSON.stringify(path)};`;
      return { contents, resolveDir: pluginData };
    });
  },
};

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
    plugins: [namedExports],
  });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
}
