import { type CertifiedCurrency, HashTree, itemRecord, leafHash } from '@causeway/clearing';
import type { Item } from '../windows/item.ts';
import { ChunkedFile, type ChunkTarget, type Uploads } from './chunks.ts';
import { feesFile } from './csv/fees.ts';
import { itemsFile, lineOf } from './csv/items.ts';
import { settlementFile } from './csv/settlement.ts';
import { summaryFile } from './csv/summary.ts';
import { camt053 } from './iso20022/camt053.ts';
import { camt054 } from './iso20022/camt054.ts';
import { pacs004 } from './iso20022/pacs004.ts';
import { pacs009 } from './iso20022/pacs009.ts';
import { pain001 } from './iso20022/pain001.ts';
import type { KeptFile } from './store.ts';
import {
  FILE_KINDS,
  type FiledCurrency,
  type FileKind,
  type FileWriter,
  fileName,
} from './window-file.ts';

/** Where the chunks of a file go. */
export type FilesTarget = (file: Pick<KeptFile, 'currencyCode' | 'kind'>) => ChunkTarget;

/** All files of one currency, with what is certified of it. */
export interface FinishedCurrency {
  files: KeptFile[];
  certified: CertifiedCurrency;
}

const WRITERS: Record<FileKind, (currency: FiledCurrency) => FileWriter | undefined> = {
  'items.csv': itemsFile,
  'fees.csv': feesFile,
  'summary.csv': summaryFile,
  'settlement.csv': settlementFile,
  'pacs.009': pacs009,
  'pain.001': pain001,
  'camt.053': camt053,
  'camt.054': camt054,
  'pacs.004': pacs004,
};

interface OpenFile {
  kind: FileKind;
  writer: FileWriter;
  file: ChunkedFile;
}

/** Writes every file of one currency side by side, from one pass over its items. */
export class CurrencyFiles {
  readonly currencyCode: string;
  readonly #currency: FiledCurrency;
  readonly #files: readonly OpenFile[];
  readonly #tree = new HashTree();
  readonly #tally = { refundCount: 0n, capturedMinor: 0n, refundedMinor: 0n, feesMinor: 0n };

  constructor(currency: FiledCurrency, target: FilesTarget, uploads: Uploads) {
    const { currencyCode } = currency.sum;
    this.currencyCode = currencyCode;
    this.#currency = currency;
    this.#files = FILE_KINDS.flatMap((kind) => {
      const writer = WRITERS[kind](currency);
      if (writer === undefined) return [];
      return [{ kind, writer, file: new ChunkedFile(target({ currencyCode, kind }), uploads) }];
    });
    for (const { writer, file } of this.#files) file.write(writer.begin());
  }

  /** Adds an item to every file that tells items. A promise must be awaited before the next. */
  take(item: Item): Promise<void> | undefined {
    const line = lineOf(this.#currency.window, item);
    const record = itemRecord(line);
    this.#tree.append(leafHash(record));
    this.#count(line.kind, line.settled.amountMinor, line.feeMinor);
    let isFull = false;
    for (const { writer, file } of this.#files) {
      if (writer.item === undefined) continue;
      file.write(writer.item({ item, line, record }));
      isFull ||= file.isFull;
    }
    return isFull ? this.#flush() : undefined;
  }

  /** Ends the files. Throws where the items do not come to the sums that they were announced with. */
  async finish(): Promise<FinishedCurrency> {
    this.#compare();
    const { window, sum, refundCount } = this.#currency;
    const files: KeptFile[] = [];
    for (const { kind, writer, file } of this.#files) {
      file.write(writer.end());
      const name = fileName(window, this.currencyCode, kind);
      files.push({ currencyCode: this.currencyCode, kind, name, ...(await file.finish()) });
    }
    const treeRoot = this.#tree.finish().root.toString('hex');
    return { files, certified: { ...sum, refundCount, treeRoot, files } };
  }

  #count(kind: Item['kind'], settledMinor: bigint, feeMinor: bigint): void {
    const tally = this.#tally;
    tally.feesMinor += feeMinor;
    if (kind === 'capture') {
      tally.capturedMinor += settledMinor;
    } else {
      tally.refundCount += 1n;
      tally.refundedMinor += settledMinor;
    }
  }

  #compare(): void {
    const { sum, refundCount, window, charges } = this.#currency;
    const tally = this.#tally;
    const chargedMinor = charges.reduce((total, { amountMinor }) => total + amountMinor, 0n);
    const pairs: [string, bigint, bigint][] = [
      ['items', BigInt(this.#tree.size), sum.itemCount],
      ['refunds', tally.refundCount, refundCount],
      ['captured', tally.capturedMinor, sum.capturedMinor],
      ['refunded', tally.refundedMinor, sum.refundedMinor],
      ['fees', tally.feesMinor, sum.feesMinor],
      ['corrections', chargedMinor, sum.adjustmentsMinor + sum.disputesMinor + sum.carriedMinor],
    ];
    for (const [what, found, announced] of pairs) {
      if (found === announced) continue;
      const { participant, clearingDate } = window;
      const whose = `${participant.kind} ${participant.id}, ${clearingDate} ${sum.currencyCode}`;
      throw new Error(`${whose}: ${what} come to ${found}, announced were ${announced}`);
    }
  }

  async #flush(): Promise<void> {
    for (const { file } of this.#files) if (file.isFull) await file.flush();
  }
}
