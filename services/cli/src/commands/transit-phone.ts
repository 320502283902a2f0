import { chmod } from 'node:fs/promises';
import {
  type Algorithm,
  fromHex,
  type Grant,
  Phone,
  readGrant,
  type Scene,
  signGrant,
  toHex,
} from '@causeway/transit';
import { nodeCryptography, nodeSigner } from '@causeway/transit/node';
import type { Answer, Cli } from '../cli.ts';
import { readDocument, writeDocument } from '../input/files.ts';
import { UsageError } from '../input/usage.ts';

/** A phone in a file, to play with: whoever reads it can ride. */
interface PhoneFile {
  issuer: string;
  key_id: string;
  alg: Algorithm;
  issuer_public_hex: string;
  user_private_hex: string;
  grant_hex: string;
  counter: number;
}

interface GrantChoice {
  out: string;
  alg: Algorithm;
  single: string;
  total: string;
  currency: string;
  codes: string;
  hours: string;
}

/** Makes an issuer's key, a phone's key and a grant, and leaves the phone in a file. */
export async function transitGrant(cli: Cli, choice: GrantChoice): Promise<Answer> {
  const cryptography = nodeCryptography();
  const issuer = await cryptography.generate(choice.alg);
  const user = await cryptography.generate(choice.alg);
  const now = Math.floor(cli.runtime.clock.nowMs() / 1000);
  const [singleMinor, totalMinor] = [whole(choice.single), whole(choice.total)];
  const grant: Grant = {
    ...{ issuer: 'play', subject: toHex(cli.runtime.random.bytes(8)), userKey: user.publicKey },
    grantId: new Uint8Array(cli.runtime.random.bytes(16)),
    ...{ notBefore: now, expiresAt: now + Number(whole(choice.hours)) * 3600 },
    ...{ codes: Number(whole(choice.codes)), tier: 1, scenes: [], fxRule: 'none' },
    caps: [{ currencyCode: choice.currency, singleMinor, totalMinor }],
  };
  const signer = await cryptography.signer(issuer.publicKey, issuer.privateKey);
  const signed = await signGrant(grant, 'k1', signer).catch((error: unknown) => {
    throw new UsageError(`no such grant can be: ${String(error)}`);
  });
  const file: PhoneFile = {
    ...{ issuer: grant.issuer, key_id: signed.keyId, alg: choice.alg },
    issuer_public_hex: toHex(issuer.publicKey.bytes),
    user_private_hex: toHex(user.privateKey),
    ...{ grant_hex: toHex(signed.bytes), counter: 0 },
  };
  await writePhone(choice.out, file);
  return {
    text: `${choice.out} holds a phone with a grant of ${signed.bytes.length} bytes`,
    data: {
      ...{
        phone: choice.out,
        grant_hex: file.grant_hex,
        issuer_public_hex: file.issuer_public_hex,
      },
      alg: choice.alg,
    },
  };
}

/** Makes the next code of a phone in a file. Its counter is in the file before the code is shown. */
export async function transitCode(
  cli: Cli,
  { phone: path, scene }: { phone: string; scene?: Scene },
): Promise<Answer> {
  const file = await readPhone(path);
  const signer = nodeSigner(file.alg, bytesOf(file.user_private_hex, path));
  const bytes = bytesOf(file.grant_hex, path);
  const { clock } = cli.runtime;
  const store = {
    save: ({ grants }: Phone['state']) =>
      writePhone(path, { ...file, counter: grants[0]?.counter ?? file.counter }),
  };
  const state = { grants: [{ bytes, counter: file.counter }], offsetMs: 0 };
  const code = await new Phone({ signer, clock, store, state }).code({ scene });
  if (!code.ok)
    return { text: code.reason, data: { ok: false, reason: code.reason }, failed: true };
  const { text, counter } = code;
  return { text, data: { ok: true, code: text, counter, characters: text.length } };
}

async function readPhone(path: string): Promise<PhoneFile> {
  try {
    const file = JSON.parse(await readDocument(path)) as PhoneFile;
    readGrant(bytesOf(file.grant_hex, path));
    return file;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path} holds no phone that "transit grant" made`);
  }
}

async function writePhone(path: string, file: PhoneFile): Promise<void> {
  await writeDocument(path, `${JSON.stringify(file, null, 2)}\n`);
  await chmod(path, 0o600);
}

function bytesOf(hex: string, path: string): Uint8Array {
  const bytes = fromHex(String(hex));
  if (bytes === undefined) throw new UsageError(`${path} is damaged`);
  return bytes;
}

function whole(text: string): bigint {
  if (!/^\d{1,15}$/.test(text)) throw new UsageError(`"${text}" is no whole number`);
  return BigInt(text);
}
