import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import {
  type CertifiedCurrency,
  CsvProblem,
  csvLines,
  differences,
  ItemsCheck,
  type ReadCertificate,
  type RecomputedItems,
} from '@causeway/clearing';

/** What reading a file found about it as a whole. */
interface FileContent {
  sizeBytes: bigint;
  /** 64 hex digits. */
  sha256: string;
  /** Where its lines could not be read on. */
  broken: CsvProblem | undefined;
}

/** Reads a CSV file line by line, in constant memory. Throws the error of the file system. */
export async function eachLine(
  path: string,
  take: (line: Uint8Array) => void,
): Promise<FileContent> {
  const hash = createHash('sha256');
  let sizeBytes = 0n;
  async function* measured(): AsyncGenerator<Buffer> {
    for await (const chunk of createReadStream(path, { highWaterMark: 256 << 10 })) {
      const bytes = Buffer.from(chunk);
      hash.update(bytes);
      sizeBytes += BigInt(bytes.length);
      yield bytes;
    }
  }
  let broken: CsvProblem | undefined;
  try {
    for await (const line of csvLines(measured())) take(line);
  } catch (error) {
    if (!(error instanceof CsvProblem)) throw error;
    broken = error;
  }
  return { sizeBytes, sha256: hash.digest('hex'), broken };
}

/** An items file held against a certificate. */
export interface CheckedItems {
  file: RecomputedItems;
  /** What was certified of its currency; undefined where nothing was. */
  certified: CertifiedCurrency | undefined;
  /** How it differs from that; empty where it is that file. */
  wrong: readonly string[];
}

/** Recomputes an items file from its lines alone. Throws the error of the file system. */
export async function checkItemsFile(
  path: string,
  certificate: ReadCertificate,
): Promise<CheckedItems> {
  const check = new ItemsCheck(certificate);
  const { broken, ...content } = await eachLine(path, (line) => {
    check.take(line);
  });
  if (broken !== undefined) check.broken(broken);
  const file = check.finish();
  const certified = certificate.currencies.find(({ currencyCode, itemCount }) =>
    file.currencyCode === undefined ? itemCount === 0n : currencyCode === file.currencyCode,
  );
  const wrong =
    certified === undefined
      ? ['the certificate tells of no such currency']
      : differences({ ...file, ...content }, certified);
  return { file, certified, wrong };
}
