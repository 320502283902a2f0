/** How long a call may take, and what goes along with it. */
export interface Send {
  /** Milliseconds from now, more than 0. */
  timeoutMs: number;
  signal: AbortSignal | undefined;
  traceparent: string | undefined;
}

/** One way of getting unary calls to one address. */
export interface Road {
  /** False while the address is known not to answer. */
  readonly usable: boolean;
  /** Sees whether an address that did not answer does so again; calls meanwhile go elsewhere. */
  revive(): void;
  /** Whether no call waits for its answer. */
  readonly idle: boolean;
  /** Resolves with the encoded response, or rejects with a Refusal or an RpcFailure. */
  send(path: string, payload: Buffer, how: Send): Promise<Buffer>;
  close(): void;
}
