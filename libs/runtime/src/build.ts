/** Put in place by the bundler; what runs from source has none. */
declare const CAUSEWAY_BUILD: { version: string; commit: string } | undefined;

/** What this program was made from: the release, and the commit where the bundler knew it. */
export const BUILD =
  typeof CAUSEWAY_BUILD === 'undefined' ? { version: '0.0.0', commit: 'source' } : CAUSEWAY_BUILD;

/** Release and commit in one word, `0.1.0+356e2b4`, as SemVer writes build metadata. */
export function buildName(): string {
  return `${BUILD.version}+${BUILD.commit.slice(0, 12)}`;
}
