import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lines, ROOT, type Source, sources } from './sources.ts';

const everything = ['libs', 'services', 'deploy', 'test'].flatMap((f) => sources(f, /\.ts$/));
const isTest = ({ path }: Source) =>
  /(\.test\.ts|\.fixture\.ts|\/testing\.ts|arbitraries\.ts)$/.test(path);
const product = everything.filter(
  (file) =>
    /^(libs|services)\//.test(file.path) && !isTest(file) && !/^libs\/testing\//.test(file.path),
);
const service = ({ path }: Source) => /^services\/([^/]+)\//.exec(path)?.[1];

describe('the world reaches domain code through libs/runtime alone', () => {
  // Programs that a person runs in a terminal have no domain to keep the world out of.
  const programs = /^(libs\/runtime|services\/(cli|verifier)|services\/sandbox\/src\/tour)\//;
  const domain = product.filter(({ path }) => !programs.test(path));

  test.each([
    ['the clock', /\bDate\.now\(|new Date\(\)|performance\.now\(|process\.hrtime/],
    ['timers', /\b(setTimeout|setInterval|setImmediate)\(/],
    ['chance', /Math\.random\(|randomUUID\(|randomBytes\(/],
    ['the environment', /process\.env\b/],
  ])('%s', (_what, pattern) => {
    expect(lines(domain, pattern)).toEqual([]);
  });
});

describe('money is exact', () => {
  test('no float parsing anywhere in the product', () => {
    // Screens show seconds; money goes through libs/money there, too.
    const screens = /^services\/sandbox\/src\/tour\/screen\.ts$/;
    const others = product.filter(({ path }) => !screens.test(path));
    expect(lines(others, /parseFloat\(|\.toNumber\(\)|\.toFixed\(/)).toEqual([]);
  });

  test('minor units are never a number', () => {
    expect(lines(product, /[mM]inor\??: number\b|Number\([^)]*[mM]inor/)).toEqual([]);
  });

  test('decimal.js lives in libs/money alone', () => {
    const elsewhere = everything.filter(({ path }) => !path.startsWith('libs/money/'));
    expect(lines(elsewhere, /from 'decimal\.js'/)).toEqual([]);
  });
});

describe('who may import whom', () => {
  test('no service imports another', () => {
    const crossing = product
      .filter((file) => service(file))
      .flatMap((file) => {
        const others = lines(
          [file],
          /from '(@causeway\/(wallet|fx|acquiring|routing|settlement|sandbox|cli|verifier)['/]|\.\.\/\.\.\/\.\.\/)/,
        );
        return others.filter((line) => !line.includes(`'@causeway/${service(file)}`));
      });
    // `../../../` out of a folder three deep stays inside the service.
    expect(crossing.filter((line) => !/^services\/[^/]+\/src\/[^/]+\/[^/]+\//.test(line))).toEqual(
      [],
    );
  });

  test('libs import no service', () => {
    const libs = product.filter(({ path }) => path.startsWith('libs/'));
    expect(
      lines(libs, /@causeway\/(wallet|fx|acquiring|routing|settlement|sandbox|cli|verifier)['/]/),
    ).toEqual([]);
  });

  test('SQL stands in stores and migrations', () => {
    const allowed = /(store|sql|row|migrations\/index)\.ts$|\/(verifier|db|ledger|events)\//;
    const others = product.filter(
      (file) => file.path.startsWith('services/') && !allowed.test(file.path),
    );
    expect(lines(others, /\b(INSERT INTO|DELETE FROM|UPDATE \w+ SET|SELECT .* FROM)\b/)).toEqual(
      [],
    );
  });
});

describe('files stay readable', () => {
  test('none is longer than 400 lines', () => {
    const long = everything.flatMap(({ path, text }) => {
      const count = text.split('\n').length;
      return count > 400 ? [`${path}: ${count} lines`] : [];
    });
    expect(long).toEqual([]);
  });

  test('nothing is left for later', () => {
    const mark = new RegExp(
      `\\b(${['TO', 'FIX', 'HA'].map((m, i) => m + ['DO', 'ME', 'CK'][i]).join('|')})\\b`,
    );
    const files = [...everything, ...sources('proto', /\.proto$/)].filter(
      ({ path }) => !path.startsWith('proto/google/'),
    );
    const found = files.flatMap(({ path, text }) => (mark.test(text) ? [path] : []));
    expect(found).toEqual([]);
  });
});

describe('the root holds what was agreed and no more', () => {
  test('top level', () => {
    const agreed =
      /^(package(-lock)?\.json|tsconfig\.json|proto|services|libs|deploy|test|README\.md|LICENSE|biome\.json|knip\.json|vitest\.config\.ts|node_modules|dist|\..+)$/;
    expect(readdirSync(ROOT).filter((name) => !agreed.test(name))).toEqual([]);
  });

  test('every service has the same shape', () => {
    for (const name of ['wallet', 'fx', 'acquiring', 'routing', 'settlement']) {
      const src = readdirSync(join(ROOT, 'services', name, 'src'));
      for (const file of ['main.ts', 'bin.ts', 'config.ts', 'errors.ts', 'metrics.ts']) {
        expect(src, `services/${name}/src`).toContain(file);
      }
    }
  });

  test('the lock file names no registry', () => {
    const lock = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
    expect(lock).not.toContain('"resolved": "http');
  });
});

test('every failpoint has a name of its own', () => {
  const names = product
    .flatMap(({ text }) => [...text.matchAll(/failpoint\('([^']+)'\)/g)])
    .map((match) => match[1]);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
