import type { Fault } from '../fault.ts';
import { replyLost } from './001-reply-lost.ts';
import { killed } from './005-killed.ts';

/** Every fault of the list that is made to happen here, in the order of the list. */
export const FAULTS: readonly Fault[] = [replyLost, killed].toSorted((a, b) => a.id - b.id);
