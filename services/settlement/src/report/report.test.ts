import { WindowState } from '@causeway/proto/settlement';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { capture } from '../files/files.fixture.ts';
import { html, Markup } from './html.ts';
import { dayReport } from './report.fixture.ts';
import { reportHtml } from './write.ts';

const HOSTILE = `</td><script>alert(1)</script><img src=x onerror="x">'"&\u202e\u0000{{7*7}}`;

/** The names of the elements in a document, in the order in which they open. */
function elementsIn(document: string): string[] {
  return [...document.matchAll(/<([a-z!][a-z0-9]*)/gi)].map(([, name = '']) => name.toLowerCase());
}

test('what others wrote is text wherever it stands, and changes nothing else', () => {
  const { window, corrections, merchants } = dayReport();
  const written = (text: string) =>
    dayReport({
      participant: { kind: 'acquirer', id: text },
      window: { ...window, endReference: text },
      corrections: corrections.map((one) => ({ ...one, reference: text })),
      merchants: merchants.map((one) => ({ ...one, merchantId: text })),
      items: [capture(1, { requestId: text, rate: text })],
    });
  const hostile = reportHtml(written(HOSTILE));
  expect(elementsIn(hostile)).toEqual(elementsIn(reportHtml(written('harmless'))));
  expect(hostile).not.toMatch(/<script|<img|\u202e/);
  expect(hostile).not.toContain('\u0000');
  expect(hostile).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
});

test('no text can leave its place in a template', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const [, attribute, inside] = /^<a b="([^"]*)">([^<]*)<\/a>$/.exec(
        html`<a b="${text}">${text}</a>`.text,
      ) ?? ['', undefined, undefined];
      expect(attribute).toBe(inside);
      expect(inside).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
    }),
  );
  expect(html`${new Markup('<b>')}${[html`<i>`]}${undefined}${1n}`.text).toBe('<b><i>1');
});

test('a report loads nothing, runs nothing and names its bounds', () => {
  const document = reportHtml(dayReport());
  expect(document).not.toMatch(/<script|<link|<img|<iframe|url\(|@import|src=|href=|\son\w+=/i);
  expect(document).toContain("default-src 'none'");
  expect(document).toContain('The first 200 of 520 items');
  expect(document).toContain('JPY 1,284,000');
  expect(document).toContain('value date 2026-03-17');
  expect(document).toContain('ab'.repeat(32));
  expect(document).toContain('1.52 % over the middle');
  // Far below what one answer may be, though every list is full.
  expect(document.length).toBeLessThan(200_000);
});

test('a day that is not final says so, and an empty one has no charts', () => {
  const { window } = dayReport();
  const open = { ...window, state: WindowState.OPEN, finalTime: undefined };
  expect(reportHtml(dayReport({ window: open, certificate: undefined }))).toContain('not final');
  const none = { hours: [], fx: [], merchants: [], corrections: [], items: [] };
  const empty = reportHtml(dayReport({ ...none, window: { ...window, sums: [] } }));
  expect(empty).toContain('Nothing was captured');
  expect(empty).not.toContain('<svg');
});
