import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { BadReferenceFile, type RawDay } from './ecb-file.ts';

// Texts stay texts: a rate that passes through a float is another rate.
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseAttributeValue: false,
  parseTagValue: false,
  processEntities: false,
  isArray: (_name, path) => path === 'Envelope.Cube.Cube' || path === 'Envelope.Cube.Cube.Cube',
});

type Node = Readonly<Record<string, unknown>>;

/**
 * The days of `eurofxref-daily.xml` (one) or `eurofxref-hist-90d.xml` (many):
 * `Envelope/Cube/Cube[@time]/Cube[@currency, @rate]`. Throws `BadReferenceFile`.
 */
export function daysOfXml(text: string): RawDay[] {
  // The published files declare no document type; entities, and their expansion, begin with one.
  if (text.includes('<!DOCTYPE') || text.includes('<!ENTITY')) {
    throw new BadReferenceFile('the file declares a document type');
  }
  const days = parsed(text);
  if (days.length === 0) throw new BadReferenceFile('the file holds no day');
  return days.map((day) => ({
    day: textOf(day, '@time'),
    rates: nodesOf(day, 'Cube').map(
      (line) => [textOf(line, '@currency'), textOf(line, '@rate')] as const,
    ),
  }));
}

function parsed(text: string): Node[] {
  try {
    if (XMLValidator.validate(text) !== true) throw new BadReferenceFile('not well-formed XML');
    const envelope = nodeOf(parser.parse(text), 'Envelope');
    return nodesOf(nodeOf(envelope, 'Cube'), 'Cube');
  } catch (error) {
    if (error instanceof BadReferenceFile) throw error;
    // The parser throws plain errors, and runs out of stack on tags nested thousands deep.
    throw new BadReferenceFile('the XML cannot be read', { cause: error });
  }
}

function nodeOf(parent: Node, name: string): Node {
  const child = parent[name];
  if (!isNode(child)) throw new BadReferenceFile(`there is no <${name}>`);
  return child;
}

function nodesOf(parent: Node, name: string): Node[] {
  const children = parent[name];
  if (!Array.isArray(children) || !children.every(isNode)) {
    throw new BadReferenceFile(`there is no <${name}> with attributes`);
  }
  return children;
}

function textOf(node: Node, attribute: string): string {
  const value = node[attribute];
  if (typeof value !== 'string') throw new BadReferenceFile(`there is no ${attribute.slice(1)}`);
  return value;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
