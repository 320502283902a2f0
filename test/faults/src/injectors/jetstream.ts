import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestStack } from '@causeway/testing';
import {
  type ConsumerInfo,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  type StoredMsg,
} from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';

/** The stream in which routing's facts are. */
const STREAM = 'CAUSEWAY_ROUTING';

/** JetStream as somebody with the operator's password sees it. */
export interface JetStream {
  /** The stream's first and last number; both zero where nothing was ever stored. */
  range(): Promise<{ first: number; last: number }>;
  /** The messages from a number on, in their order. */
  messages(from: number): Promise<StoredMsg[]>;
  /** Stores messages again, in the order given, under ids that JetStream has not seen. */
  publish(messages: readonly { subject: string; data: Uint8Array }[]): Promise<void>;
  /** Deletes all messages of the stream, and keeps its numbers and its consumers. */
  purge(): Promise<void>;
  consumer(durable: string): Promise<ConsumerInfo>;
  /** After how many nanoseconds a message that a consumer did not acknowledge is delivered again. */
  setAckWait(durable: string, ackWait: number): Promise<void>;
  close(): Promise<void>;
}

/** Connects to the NATS of a stack, past any proxy. */
export async function openJetStream(natsUrl: string): Promise<JetStream> {
  const { host, username: user, password: pass } = new URL(natsUrl);
  const connection = await connect({ servers: host, user, pass });
  const manager = await jetstreamManager(connection);
  return {
    range: async () => {
      const { state } = await manager.streams.info(STREAM);
      return { first: state.first_seq, last: state.last_seq };
    },
    messages: (from) => storedFrom(manager, from),
    publish: (messages) => publishAll(connection, messages),
    purge: async () => {
      await manager.streams.purge(STREAM);
    },
    consumer: (durable) => manager.consumers.info(STREAM, durable),
    setAckWait: async (durable, ackWait) => {
      await manager.consumers.update(STREAM, durable, { ack_wait: ackWait });
    },
    close: () => connection.close(),
  };
}

async function storedFrom(manager: JetStreamManager, from: number): Promise<StoredMsg[]> {
  const { state } = await manager.streams.info(STREAM);
  const found: StoredMsg[] = [];
  for (let seq = Math.max(from, state.first_seq); seq <= state.last_seq; seq += 1) {
    const message = await manager.streams.getMessage(STREAM, { seq });
    if (message !== null) found.push(message);
  }
  return found;
}

async function publishAll(
  connection: NatsConnection,
  messages: readonly { subject: string; data: Uint8Array }[],
): Promise<void> {
  const js = jetstream(connection);
  for (const { subject, data } of messages) await js.publish(subject, data);
}

/** Kills NATS, deletes all that it ever stored, and starts it again. */
export async function wipeNats({ processes, state }: TestStack): Promise<void> {
  await processes.kill('nats');
  const store = join(state, 'nats', 'store');
  rmSync(store, { recursive: true, force: true });
  await processes.restart('nats');
}
