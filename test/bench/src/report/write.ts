import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { drawLatency } from './svg.ts';
import { type Reported, reportText } from './table.ts';

/**
 * Writes report.txt and report.json, with every line in full, into `folder`, and the drawing to
 * `svg` where there is something to draw. Answers the readable report.
 */
export function writeReport(report: Reported, folder: string, svg: string): string {
  mkdirSync(folder, { recursive: true });
  const drawing = drawLatency(report.lines);
  if (drawing !== undefined) {
    mkdirSync(dirname(svg), { recursive: true });
    writeFileSync(svg, drawing);
  }
  const text = `${reportText(report)}\n${drawing === undefined ? '' : `\nDrawing: ${svg}\n`}`;
  writeFileSync(join(folder, 'report.txt'), text);
  writeFileSync(join(folder, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  return text;
}
