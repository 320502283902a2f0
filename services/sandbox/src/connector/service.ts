import { ConnectorServiceService } from '@causeway/proto/connector';
import { type Implementation, implement } from '@causeway/rpc';
import type { SandboxPartner } from './partner.ts';

/** The connector of one sandbox partner. */
export function connectorService(partner: SandboxPartner): Implementation {
  return implement(ConnectorServiceService, {
    async confirmPayment({ paymentId, orderReference, payeeAmount }, { signal }) {
      const amountMinor = payeeAmount?.amountMinor ?? 0n;
      return {
        confirmation: await partner.confirm({ paymentId, orderReference, amountMinor }, signal),
      };
    },
    async getPayment({ paymentId }) {
      return { confirmation: partner.inquire(paymentId) };
    },
    async reversePayment({ paymentId }) {
      return { confirmation: partner.reverse(paymentId) };
    },
    async refundPayment({ refundId, paymentId }) {
      return { partnerReference: partner.refund(refundId, paymentId) };
    },
  });
}
