import { MAX_AMOUNT_MINOR } from '@causeway/money';
import {
  type FloatProof as FloatProofMessage,
  FloatServiceService,
  type FloatStatement as FloatStatementMessage,
  type ProveFloatRequest,
  type RecordSettlementRequest,
} from '@causeway/proto/wallet';
import { type Call, type Handlers, type Implementation, implement } from '@causeway/rpc';
import { listDays } from '../float/days.ts';
import { type FloatProof, type ProofRequest, proveFloat } from '../float/prove.ts';
import { recordSettlement } from '../float/settle.ts';
import { type FloatStatement, takeStatement } from '../float/statement.ts';
import type { WalletOffice } from '../wallets/wallets.ts';
import { assertOurs } from './caller.ts';
import { Fields } from './fields.ts';
import { whileReachable } from './unavailable.ts';

const DEFAULT_DAYS = 31;
const MAX_DAYS = 366;
const MAX_IN_TRANSIT = 100;
const DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

/** The float, as the operator's own back end, the switch's operators and its services see it. */
export function floatService(office: WalletOffice): Implementation {
  const { db, rules, issuerId } = office;
  const { currencyCode } = rules.policy;
  const stated = async () => {
    const statement = await whileReachable(() => takeStatement(db, rules));
    return statementMessage(statement, currencyCode);
  };
  const handlers: Handlers<typeof FloatServiceService> = {
    async getFloatStatement(_request, { identity }) {
      assertOurs(identity, issuerId);
      return { statement: await stated() };
    },
    async recordSettlement(request, { identity }) {
      assertOurs(identity, issuerId);
      checkSettlement(request);
      const settlement = { ...request, recorderId: identity.id };
      const replay = await whileReachable(() => recordSettlement(office, settlement));
      return { replay, statement: await stated() };
    },
    async proveFloat(request, { identity }) {
      assertOurs(identity, issuerId);
      const asked = proofRequestIn(request, identity, currencyCode);
      const { proof, replay } = await whileReachable(() => proveFloat(office, asked));
      return { proof: proofMessage(proof, currencyCode), replay };
    },
    async listFloatDays({ pageSize, beforeDate }, { identity }) {
      assertOurs(identity, issuerId);
      const fields = new Fields();
      fields.within('page_size', pageSize, 0, MAX_DAYS);
      if (beforeDate !== '') date(fields, 'before_date', beforeDate);
      fields.refuse();
      const limit = pageSize === 0 ? DEFAULT_DAYS : pageSize;
      const days = await whileReachable(() => listDays(office, beforeDate || undefined, limit));
      return {
        days: days.map(({ statement, proof }) => ({
          statement: statementMessage(statement, currencyCode),
          proof: proof && proofMessage(proof, currencyCode),
        })),
      };
    },
  };
  return implement(FloatServiceService, handlers);
}

function date(fields: Fields, field: string, value: string): void {
  fields.matches(field, value, DATE, 'must be a day as 2026-11-16');
}

function checkSettlement(request: RecordSettlementRequest): void {
  const fields = new Fields();
  date(fields, 'clearing_date', request.clearingDate);
  const bounded = (field: string, minor: bigint) => {
    const size = minor < 0n ? -minor : minor;
    if (size > MAX_AMOUNT_MINOR) fields.wrong(field, 'is too large', 'AMOUNT_INVALID');
  };
  bounded('settled_minor', request.settledMinor);
  bounded('fee_minor', request.feeMinor);
  bounded('correction_minor', request.correctionMinor);
  bounded('paid_minor', request.paidMinor);
  if (request.feeMinor < 0n) fields.wrong('fee_minor', 'must not be below zero', 'AMOUNT_INVALID');
  fields.refuse();
}

function proofRequestIn(
  request: ProveFloatRequest,
  identity: Call['identity'],
  currencyCode: string,
): ProofRequest {
  const { requestId, floatDate, trustBalance, trustReference, inTransit } = request;
  const fields = new Fields();
  fields.identifier('request_id', requestId);
  if (floatDate !== '') date(fields, 'float_date', floatDate);
  const trustMinor = fields.creditable('trust_balance', trustBalance, currencyCode);
  fields.text('trust_reference', trustReference, { min: 0, max: 256 });
  fields.within('in_transit', inTransit.length, 0, MAX_IN_TRANSIT);
  for (const [index, { reason, amountMinor }] of inTransit.slice(0, MAX_IN_TRANSIT).entries()) {
    fields.text(`in_transit[${index}].reason`, reason, { max: 256 });
    const size = amountMinor < 0n ? -amountMinor : amountMinor;
    if (size === 0n || size > MAX_AMOUNT_MINOR) {
      const field = `in_transit[${index}].amount_minor`;
      fields.wrong(field, 'must be another amount than zero', 'AMOUNT_INVALID');
    }
  }
  fields.refuse();
  return {
    ...{ requestId, trustMinor, trustReference, inTransit, proverId: identity.id },
    floatDate: floatDate || undefined,
  };
}

function statementMessage(
  { takenAt, ...parts }: FloatStatement,
  currencyCode: string,
): FloatStatementMessage {
  return { ...parts, currencyCode, takeTime: takenAt };
}

function proofMessage(proof: FloatProof, currencyCode: string): FloatProofMessage {
  return {
    version: proof.version,
    statement: statementMessage(proof.statement, currencyCode),
    trustMinor: proof.trustMinor,
    trustReference: proof.trustReference,
    inTransit: [...proof.inTransit],
    differenceMinor: proof.differenceMinor,
    proverId: proof.proverId,
    proveTime: proof.provedAt,
  };
}
