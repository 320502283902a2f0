import sax from 'sax';
import { FileRefused, type Place } from './file-refused.ts';
import { startOfText, textOf, validLength, wholeCharacters } from './utf8.ts';

/** An element that has ended, with what stood in it. */
export interface XmlElement {
  /** Names from the root to the element, for example `Document/BkToCstmrStmt/Stmt/Id`. */
  path: string;
  /** Its text without what stands in elements inside it, trimmed. */
  text: string;
  attributes: Readonly<Record<string, string>>;
  /** Where its text begins. */
  place: Place;
}

/** What a reader of one kind of document is told, in the order of the document. */
export interface XmlHandler {
  opened(path: string, place: Place): void;
  closed(element: XmlElement): void;
}

const MAX_DEPTH = 24;
const MAX_TEXT = 2_000;
const MAX_ATTRIBUTE = 256;
const MAX_ATTRIBUTES = 16;
/** Markup of this many characters without an end is no markup of any message. */
const MAX_PENDING = 4_096;
/** How much goes into the parser before its buffers are looked at. */
const SLICE = 4_096;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/;

const OPTIONS = { xmlns: true, position: true, strictEntities: true };

interface Open {
  path: string;
  text: string;
  attributes: Record<string, string>;
  place: Place;
}

/**
 * XML in pieces, with a bound on everything. Refused are: document types and with them every
 * entity but the five and characters by number, processing instructions, encodings other than
 * UTF-8, other namespaces, control characters, and whatever is deeper or longer than any message.
 */
export class XmlReader {
  readonly #parser = sax.parser(true, OPTIONS);
  readonly #open: Open[] = [];
  readonly #namespace: string;
  readonly #handler: XmlHandler;
  #rest: Buffer = Buffer.alloc(0);
  #begun = false;
  #pending = 0;
  #attributes = 0;

  constructor(namespace: string, handler: XmlHandler) {
    this.#namespace = namespace;
    this.#handler = handler;
    this.#listen();
  }

  /** Reads one more piece. Throws FileRefused. */
  push(piece: Uint8Array): void {
    const bytes = Buffer.concat([this.#rest, piece]);
    const from = this.#begun ? 0 : startOfText(bytes);
    if (!this.#begun && bytes.length < 3) {
      this.#rest = bytes;
      return;
    }
    this.#begun = true;
    const whole = wholeCharacters(bytes);
    this.#rest = Buffer.from(bytes.subarray(whole));
    this.#decode(bytes.subarray(from, whole));
  }

  /** Throws FileRefused where the document has not ended. */
  end(): void {
    this.#decode(this.#begun ? this.#rest : this.#rest.subarray(startOfText(this.#rest)));
    this.#rest = Buffer.alloc(0);
    if (this.#open.length > 0) throw this.refused('the document ends before its last element');
    this.#guarded(() => this.#parser.close());
  }

  /** The refusal of what was just read. */
  refused(problem: string): FileRefused {
    return new FileRefused(this.#place(), problem);
  }

  #decode(bytes: Buffer): void {
    const valid = validLength(bytes);
    this.#write(bytes.subarray(0, valid).toString('utf8'));
    if (valid < bytes.length) textOf(bytes.subarray(valid), this.#next());
  }

  #write(text: string): void {
    for (let at = 0; at < text.length; at += SLICE) {
      const slice = text.slice(at, at + SLICE);
      const bad = CONTROL.exec(slice);
      this.#guarded(() => this.#parser.write(bad === null ? slice : slice.slice(0, bad.index)));
      if (bad !== null) throw new FileRefused(this.#next(), 'there is a control character');
      this.#pending += slice.length;
      if (this.#pending > MAX_PENDING + SLICE) throw this.refused('the markup does not end');
    }
  }

  /** Whatever the parser throws by itself is about the text that it was given. */
  #guarded(run: () => unknown): void {
    try {
      run();
    } catch (error) {
      if (error instanceof FileRefused) throw error;
      throw this.refused(error instanceof Error ? wordsOf(error) : 'this is not XML');
    }
  }

  /** The parser counts lines and columns from zero, and has read what it tells of. */
  #place(): Place {
    return { line: this.#parser.line + 1, column: Math.max(1, this.#parser.column) };
  }

  /** Of the character that comes next. */
  #next(): Place {
    return { line: this.#parser.line + 1, column: this.#parser.column + 1 };
  }

  #listen(): void {
    const parser = this.#parser;
    parser.onerror = (error) => {
      throw error;
    };
    parser.ondoctype = () => {
      throw this.refused('document types are not taken');
    };
    parser.onsgmldeclaration = () => {
      throw this.refused('declarations are not taken');
    };
    parser.onprocessinginstruction = ({ name, body }) => this.#instruction(name, body);
    parser.oncomment = () => this.#moved();
    parser.onattribute = ({ name, value }) => this.#attribute(name, value);
    parser.onopentag = (tag) => this.#opened(tag);
    parser.ontext = (text) => this.#text(text);
    parser.oncdata = (text) => this.#text(text);
    parser.onclosetag = () => this.#closed();
  }

  #moved(): void {
    this.#pending = 0;
  }

  #instruction(name: string, body: string): void {
    if (name !== 'xml') throw this.refused('processing instructions are not taken');
    const encoding = /encoding\s*=\s*["']([^"']*)["']/.exec(body)?.[1] ?? 'UTF-8';
    if (encoding.toUpperCase() !== 'UTF-8') throw this.refused('the encoding must be UTF-8');
    this.#moved();
  }

  #attribute(name: string, value: string): void {
    this.#attributes += 1;
    if (this.#attributes > MAX_ATTRIBUTES) throw this.refused('there are too many attributes');
    if (name.length > MAX_ATTRIBUTE || value.length > MAX_ATTRIBUTE) {
      throw this.refused(`the attribute is longer than ${MAX_ATTRIBUTE} characters`);
    }
  }

  #opened(tag: sax.Tag | sax.QualifiedTag): void {
    this.#moved();
    this.#attributes = 0;
    if (!('local' in tag) || tag.uri !== this.#namespace) {
      throw this.refused(`the element is not of ${this.#namespace}`);
    }
    if (this.#open.length >= MAX_DEPTH) throw this.refused(`deeper than ${MAX_DEPTH} elements`);
    const parent = this.#open.at(-1);
    const path = parent === undefined ? tag.local : `${parent.path}/${tag.local}`;
    const attributes: Record<string, string> = {};
    for (const { local, value } of Object.values(tag.attributes)) attributes[local] = value;
    const place = this.#next();
    this.#open.push({ path, attributes, place, text: '' });
    this.#handler.opened(path, place);
  }

  #text(text: string): void {
    this.#moved();
    const inside = this.#open.at(-1);
    if (inside === undefined) return;
    // Indentation between elements is of no length that anybody should care about.
    if (text.trim() === '') return;
    inside.text += text;
    if (inside.text.length > MAX_TEXT) {
      throw this.refused(`the text is longer than ${MAX_TEXT} characters`);
    }
    if (CONTROL.test(text)) throw this.refused('there is a control character');
  }

  #closed(): void {
    this.#moved();
    const { path, text, attributes, place } = this.#open.pop() as Open;
    this.#handler.closed({ path, attributes, place, text: text.trim() });
  }
}

/** The parser's first line says what is wrong; the others say where, which we say better. */
function wordsOf({ message }: Error): string {
  const words = message.split('\n')[0] ?? '';
  return `this is not XML: ${words
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 120)
    .toLowerCase()}`;
}
