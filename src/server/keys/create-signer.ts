/**
 * Signs beside the event loop. A signature that is asked for alone is made on a thread of the pool. Those that are asked for
 * in one turn of the event loop go to a thread of our own in one message: handing them to the pool one by one costs a third
 * of what they cost themselves, and more. Where that thread cannot be had (a bundle may lack its file), the pool makes them
 * all.
 */
import { keepThread } from '../../threads/keep-thread.ts';
import { earlyBatch, startThread, type Thread } from '../../threads/start-thread.ts';
import { algorithms } from './algorithms.ts';
import type { SigningKey } from './signing-key.ts';

/** What a key signs with. */
export type PrivateKey = Pick<SigningKey, 'algorithm' | 'privateKey'>;

export interface Signer {
  /** The signature over the bytes of `input`, in base64url (RFC 7515 section 5.1). */
  sign(key: PrivateKey, input: string): Promise<string>;
  /** Whether there is a thread that signs. */
  isOnThread(): boolean;
  close(): Promise<void>;
}

/** What the thread is asked: to sign each of the inputs with one key. It answers with as many signatures, in their order. */
export interface SigningTask extends PrivateKey {
  readonly inputs: readonly string[];
}

interface Entry {
  readonly key: PrivateKey;
  readonly input: string;
  readonly resolve: (signature: string | Promise<string>) => void;
}

/** So many at once are worth a message. */
const many = 4;

/** Makes a signer. Its thread is started when it is first worth it, and the pool has the work until it is there. */
export function createSigner(): Signer {
  let waiting: Entry[] = [];
  let isPlanned = false;
  const thread = keepThread<SigningTask, readonly string[]>(() => startThread('signing-thread', import.meta.url));

  /** Whoever asks in this turn of the event loop joins. */
  function plan(): void {
    if (isPlanned) return;
    isPlanned = true;
    setImmediate(() => {
      isPlanned = false;
      signAll();
    });
  }

  function signAll(): void {
    const byKey = Map.groupBy(waiting, ({ key }) => key);
    waiting = [];
    for (const group of byKey.values()) {
      const signing = group.length >= many ? thread.current() : undefined;
      if (signing?.isReady()) void signOnThread(signing, group);
      else signOnPool(group);
    }
  }

  return {
    sign: (key, input) =>
      new Promise((resolve) => {
        waiting.push({ key, input, resolve });
        if (waiting.length >= earlyBatch) signAll();
        else plan();
      }),
    isOnThread: thread.isReady,
    close: thread.close,
  };
}

type SigningThread = Thread<SigningTask, readonly string[]>;

/** `group`, of one key. */
async function signOnThread(thread: SigningThread, group: readonly Entry[]): Promise<void> {
  const [first] = group;
  if (first === undefined) return;
  const { algorithm, privateKey } = first.key;
  const signatures = await thread.ask({ algorithm, privateKey, inputs: group.map(({ input }) => input) });
  if (signatures === undefined) return signOnPool(group);
  group.forEach(({ resolve }, index) => {
    resolve(signatures[index] ?? '');
  });
}

function signOnPool(group: readonly Entry[]): void {
  for (const { key, input, resolve } of group) resolve(signAside(key, input));
}

async function signAside({ algorithm, privateKey }: PrivateKey, input: string): Promise<string> {
  return (await algorithms[algorithm].sign(Buffer.from(input), privateKey)).toString('base64url');
}
