import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Every file below `folder` that `wanted(name)` accepts, sorted, without node_modules. */
function filesBelow(folder, wanted) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(path, wanted);
      return wanted(entry.name) ? [path] : [];
    })
    .sort();
}

/** SHA-256 of the content of files, with their names. */
export function hashOfContent(root, folders, wanted = () => true) {
  const hash = createHash('sha256');
  for (const path of folders.flatMap((folder) => listing(join(root, folder), wanted))) {
    hash
      .update(`${relative(root, path)}\0`)
      .update(readFileSync(path))
      .update('\0');
  }
  return hash.digest('hex');
}

/** Like hashOfContent, from sizes and times: for the many files of the sources. */
export function hashOfTimes(root, folders, wanted) {
  const hash = createHash('sha256');
  for (const path of folders.flatMap((folder) => listing(join(root, folder), wanted))) {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${relative(root, path)}\0${size}\0${mtimeMs}\0`);
  }
  return hash.digest('hex');
}

function listing(path, wanted) {
  if (!existsSync(path)) return [];
  return statSync(path).isDirectory() ? filesBelow(path, wanted) : [path];
}

/** A stamp lies beside what it vouches for, so that deleting the one deletes the other. */
export function readStamp(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

export function writeStamp(path, stamp) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, stamp);
}
