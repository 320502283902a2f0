import { ConfirmationState } from '@causeway/proto/connector';
import { Refusal, uuidFrom } from '@causeway/runtime';
import { type ManualRuntime, manualRuntime } from '@causeway/runtime/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { BEHAVIOURS, behaviourFor } from './behaviours.ts';
import { SandboxPartner } from './partner.ts';

const PAYMENT = uuidFrom('test', 'payment');
const { CONFIRMED, PENDING, REFUSED, REVERSED, UNSEEN } = ConfirmationState;

let runtime: ManualRuntime;
let reported: string[];
let partner: SandboxPartner;
beforeEach(() => {
  runtime = manualRuntime();
  reported = [];
  partner = new SandboxPartner('merlion', runtime, async (paymentId) => {
    reported.push(paymentId);
  });
});

const confirm = (orderReference: string, signal = new AbortController().signal) =>
  partner.confirm({ paymentId: PAYMENT, orderReference, amountMinor: 12_80n }, signal);
const reasonOf = (call: () => unknown) => {
  try {
    call();
    return 'accepted';
  } catch (error) {
    return error instanceof Refusal ? error.reason : String(error);
  }
};

describe('what a payment asks for', () => {
  it('is told by its reference, else by the end of its amount', () => {
    expect(behaviourFor('siam', 'try-slow 17', 12_80n).name).toBe('slow');
    expect(behaviourFor('siam', 'ORDER-17', 1_77_01n).name).toBe('decline');
    expect(behaviourFor('siam', 'TRY-APPROVE', 77_01n).name).toBe('approve');
    expect(behaviourFor('siam', '', 12_80n).name).toBe('approve');
  });

  it('may be asked of one partner alone', () => {
    expect(behaviourFor('straits', 'TRY-BUSY@straits', 6_50n).outcome).toEqual({
      refused: 'TRY_AGAIN',
    });
    expect(behaviourFor('merlion', 'TRY-BUSY@straits', 6_50n).name).toBe('approve');
  });

  it('is never two things', () => {
    for (const key of ['name', 'prefix', 'ending'] as const) {
      expect(new Set(BEHAVIOURS.map((each) => each[key])).size).toBe(BEHAVIOURS.length);
    }
    for (const { name, prefix } of BEHAVIOURS)
      expect(behaviourFor('siam', prefix, 0n).name).toBe(name);
  });
});

describe('a partner', () => {
  it('confirms, and says the same for ever', async () => {
    const answering = confirm('order 17');
    await runtime.advance(0);
    const confirmation = await answering;
    expect(confirmation).toMatchObject({ paymentId: PAYMENT, state: CONFIRMED });
    expect(confirmation.partnerReference).toMatch(/^merlion-/);
    expect(await confirm('TRY-DECLINE')).toEqual(confirmation);
    expect(partner.inquire(PAYMENT)).toEqual(confirmation);
  });

  it('refuses with its own code, and a reversal leaves it refused', async () => {
    const answering = confirm('TRY-BUSY');
    await runtime.advance(0);
    expect(await answering).toMatchObject({ state: REFUSED, refusalCode: 'TRY_AGAIN' });
    expect(partner.reverse(PAYMENT)).toMatchObject({ state: REFUSED });
  });

  it('lets its caller wait in vain, and has an outcome later', async () => {
    const patience = new AbortController();
    const answering = confirm('TRY-TIMEOUT-NO', patience.signal);
    patience.abort();
    await expect(answering).rejects.toThrow();
    expect(partner.inquire(PAYMENT)).toMatchObject({ state: PENDING });
    await runtime.advance(1_000);
    expect(partner.inquire(PAYMENT)).toMatchObject({ state: REFUSED });
  });

  it('dies midway, and comes back with the charge or without a memory of it', async () => {
    await expect(confirm('TRY-DIE-CHARGED')).rejects.toThrow('away');
    expect(reasonOf(() => partner.inquire(PAYMENT))).toBe('PARTNER_AWAY');
    await runtime.advance(2_000);
    expect(partner.inquire(PAYMENT)).toMatchObject({ state: CONFIRMED });
    const forgetful = new SandboxPartner('siam', runtime, async () => {});
    const order = { paymentId: PAYMENT, orderReference: 'TRY-DIE-UNSEEN', amountMinor: 1n };
    await expect(forgetful.confirm(order, new AbortController().signal)).rejects.toThrow('away');
    await runtime.advance(2_000);
    expect(forgetful.inquire(PAYMENT)).toMatchObject({ state: UNSEEN });
  });

  it('reports its outcome twice', async () => {
    expect(await confirm('TRY-CALLBACK')).toMatchObject({ state: PENDING });
    await runtime.advance(300);
    expect(partner.inquire(PAYMENT)).toMatchObject({ state: CONFIRMED });
    expect(reported).toEqual([PAYMENT, PAYMENT]);
  });

  it('charges although it said that it had reversed, and then takes a refund once', async () => {
    const patience = new AbortController();
    void confirm('TRY-LATE', patience.signal).catch(() => {});
    expect(partner.reverse(PAYMENT)).toMatchObject({ state: REVERSED });
    expect(reasonOf(() => partner.refund('r', PAYMENT))).toBe('PAYMENT_NOT_CONFIRMED');
    await runtime.advance(500);
    expect(reported).toEqual([PAYMENT]);
    expect(partner.inquire(PAYMENT)).toMatchObject({ state: CONFIRMED });
    expect(partner.refund('r', PAYMENT)).toBe(partner.refund('r', PAYMENT));
    patience.abort();
  });

  it('needs three tries to reverse', async () => {
    const patience = new AbortController();
    void confirm('TRY-REVERSE-3', patience.signal).catch(() => {});
    expect(reasonOf(() => partner.reverse(PAYMENT))).toBe('REVERSAL_FAILED');
    expect(reasonOf(() => partner.reverse(PAYMENT))).toBe('REVERSAL_FAILED');
    expect(partner.reverse(PAYMENT)).toMatchObject({ state: REVERSED });
    patience.abort();
  });

  it('answers nonsense first, and the truth when it is asked', async () => {
    expect(await confirm('TRY-GARBAGE')).not.toMatchObject({ paymentId: PAYMENT });
    expect(partner.inquire(PAYMENT)).toMatchObject({ paymentId: PAYMENT, state: CONFIRMED });
  });

  it('blocks for ever what is reversed before it was seen', async () => {
    expect(partner.inquire(PAYMENT)).toMatchObject({ state: UNSEEN });
    expect(partner.reverse(PAYMENT)).toMatchObject({ state: REVERSED });
    expect(await confirm('order 17')).toMatchObject({ state: REVERSED });
    expect(reasonOf(() => partner.refund('r', uuidFrom('test', 'other')))).toBe('PAYMENT_UNKNOWN');
  });
});
