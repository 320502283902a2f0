import type { ReadGrant } from '../grant/sign.ts';
import type { Scene } from '../scene.ts';

/** What the phone says with one code. */
export interface CodeStatement {
  /** 1 for the first code of a grant, greater by at least 1 for each later one. */
  readonly counter: number;
  /** The phone's time, in Unix seconds. */
  readonly madeAt: number;
  /** What it was made for; good for anything that the grant allows where it is left out. */
  readonly scene?: Scene | undefined;
}

/** A code that was read; nothing is verified yet. */
export interface ReadCode extends CodeStatement {
  readonly grant: ReadGrant;
  /** The COSE_Sign1: what the text carries, compressed. This is what is kept and uploaded. */
  readonly bytes: Uint8Array;
  /** What the user key signed. Equal for the same code, however often and by whom it is shown. */
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

/** What makes a tap the same tap, wherever and whenever it is uploaded. */
export interface TapKey {
  readonly issuer: string;
  /** Hexadecimal, 32 characters. */
  readonly grantId: string;
  readonly counter: number;
}
