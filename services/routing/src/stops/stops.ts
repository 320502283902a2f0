import {
  type Stop,
  type StopForBrokenBooksRequest,
  StopSubjectKind,
} from '@causeway/proto/routing';
import type { Runtime } from '@causeway/runtime';
import type { Directory } from '../directory/directory.ts';
import type { DirectoryStore } from '../directory/store.ts';
import { refuse } from '../errors.ts';

const MAX_REASON = 256;

interface StopDeps {
  store: DirectoryStore;
  directory: Directory;
  runtime: Runtime;
}

/** Stops new payments of a subject, here at once and on other replicas within a second. */
export async function createStop(
  { store, directory, runtime }: StopDeps,
  wanted: { subjectKind: StopSubjectKind; subjectId: string; reason: string },
  operatorId: string,
): Promise<Stop> {
  checkSubject(wanted);
  if (wanted.reason.length < 1 || wanted.reason.length > MAX_REASON) {
    throw subjectInvalid('reason', `takes 1 to ${MAX_REASON} characters`);
  }
  const stop: Stop = { ...wanted, operatorId, createTime: runtime.clock.now() };
  await store.putStop(stop);
  await directory.refresh();
  return stop;
}

/** Under this subject everything is stopped where books are broken. */
const BROKEN_BOOKS = 'broken-books';

/**
 * Stops everything since books break a rule, or one wallet operator where they are its own. While such
 * a stop is in force it keeps its reason, so
 * that the first thing that was found stays on record.
 *
 * @param serviceId who found it
 */
export async function stopForBrokenBooks(
  deps: StopDeps,
  { reason, issuerId }: StopForBrokenBooksRequest,
  serviceId: string,
): Promise<Stop> {
  const subject =
    issuerId === ''
      ? { subjectKind: StopSubjectKind.EVERYTHING, subjectId: BROKEN_BOOKS }
      : { subjectKind: StopSubjectKind.ISSUER, subjectId: issuerId };
  const stops = await deps.store.stops();
  const known = stops.find(
    ({ subjectKind, subjectId }) =>
      subjectKind === subject.subjectKind && subjectId === subject.subjectId,
  );
  if (known) return known;
  const cut = { ...subject, reason: reason.slice(0, MAX_REASON) };
  return createStop(deps, cut, `service ${serviceId}`);
}

/** Lets new payments of a subject through again. Refuses STOP_UNKNOWN. */
export async function deleteStop(
  { store, directory }: StopDeps,
  subject: { subjectKind: StopSubjectKind; subjectId: string },
): Promise<void> {
  checkSubject(subject);
  const existed = await store.deleteStop(subject.subjectKind, subject.subjectId);
  if (!existed) throw refuse('STOP_UNKNOWN', 'there is no such stop in force');
  await directory.refresh();
}

function checkSubject(subject: { subjectKind: StopSubjectKind; subjectId: string }): void {
  const kinds = Object.values(StopSubjectKind);
  const known = kinds.includes(subject.subjectKind) && subject.subjectKind > 0;
  if (!known) throw subjectInvalid('subject_kind', 'is not one that can be stopped');
  if (!/^[\x21-\x7e]{1,64}$/.test(subject.subjectId)) {
    throw subjectInvalid('subject_id', 'takes 1 to 64 printable characters');
  }
}

function subjectInvalid(field: string, description: string) {
  return refuse('SUBJECT_INVALID', `${field} ${description}`, { fields: [{ field, description }] });
}
