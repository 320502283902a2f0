const DIM = '\u001b[2m';
const RESET = '\u001b[0m';
const LEVEL_COLOURS: Record<string, string> = {
  warn: '\u001b[33m',
  error: '\u001b[31m',
  fatal: '\u001b[31m',
};
const NAME_COLOURS = [36, 32, 35, 34, 33, 96].map((code) => `\u001b[${code}m`);
const NAME_WIDTH = 10;
/** Shown otherwise, or the same on every line of a service. */
const NOT_REPEATED = new Set(['level', 'time', 'msg', 'service', 'instance', 'pid', 'hostname']);

/** A JSON log line as a person reads it; a line that is no JSON object stays as it is. */
export function readable(name: string, line: string, colours: boolean): string {
  const paint = (colour: string, text: string) => (colours ? colour + text + RESET : text);
  const label = paint(colourOf(name), name.padEnd(NAME_WIDTH));
  const entry = parse(line);
  if (!entry) return `${label} ${line}`;
  const level = String(entry.level ?? 'info');
  const time = String(entry.time ?? '').slice(11, 23);
  const fields = Object.entries(entry)
    .filter(([key]) => !NOT_REPEATED.has(key))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const message = paint(LEVEL_COLOURS[level] ?? '', `${level.padEnd(5)} ${entry.msg ?? ''}`);
  return [label, paint(DIM, time), message, paint(DIM, fields.join(' '))].join(' ').trimEnd();
}

/** The same name has the same colour in every run. */
function colourOf(name: string): string {
  const sum = [...name].reduce((total, char) => total + (char.codePointAt(0) ?? 0), 0);
  return NAME_COLOURS[sum % NAME_COLOURS.length] ?? '';
}

function parse(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
