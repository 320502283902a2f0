import { isUnavailable, StackNotRunningError } from '@causeway/callers';
import { RpcFailure } from '@causeway/rpc';
import { Refusal } from '@causeway/runtime';
import pc from 'picocolors';
import { UsageError } from '../input/usage.ts';
import { VerifierFailedError } from '../verifier.ts';
import { adviceFor } from './advice.ts';
import { type Json, jsonOf } from './json.ts';

/** What the process ends with. */
export const EXIT = { done: 0, refused: 1, usage: 2, unavailable: 3 } as const;

/** An error as the command line tells it. */
export interface Told {
  exitCode: number;
  /** For people, on stderr. */
  text: string;
  /** For programs, the last line on stdout. */
  data: Json;
}

/** Says what went wrong, why, in which fields, and what to do. Throws what nobody foresaw. */
export function tell(error: unknown): Told {
  if (error instanceof UsageError) {
    return told(EXIT.usage, 'USAGE', error.message, [], 'see --help of the command');
  }
  if (error instanceof StackNotRunningError) {
    return told(EXIT.unavailable, 'NO_STACK', error.message, []);
  }
  if (error instanceof VerifierFailedError) {
    return told(error.exitCode, 'VERIFIER_FAILED', error.message, []);
  }
  const exitCode = isUnavailable(error) ? EXIT.unavailable : EXIT.refused;
  if (error instanceof Refusal) {
    const { reason, message, fields } = error;
    return told(exitCode, reason, message, fields, adviceFor(reason));
  }
  if (error instanceof RpcFailure) {
    const advice = error.unknownOutcome
      ? 'it may have been carried out all the same: look before you repeat it, or repeat it with the same --id'
      : adviceFor(error.code);
    return told(exitCode, error.code, error.message, [], advice);
  }
  throw error;
}

function told(
  exitCode: number,
  reason: string,
  message: string,
  fields: Refusal['fields'],
  advice = '',
): Told {
  const lines = [
    `${pc.red('✗')} ${message}`,
    `  ${pc.dim('reason')}  ${reason}`,
    ...fields.map(({ field, description }) => `  ${pc.dim('field')}   ${field}: ${description}`),
    ...(advice === '' ? [] : [`  ${pc.dim('try')}     ${advice}`]),
  ];
  const data = { ok: false, error: { reason, message, fields: jsonOf(fields), advice } };
  return { exitCode, text: lines.join('\n'), data };
}
