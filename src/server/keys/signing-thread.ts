/**
 * The thread behind the signer: signs what it is sent, one group after the other.
 */
import { parentPort } from 'node:worker_threads';
import { algorithms } from './algorithms.ts';
import type { SigningTask } from './create-signer.ts';

function sign({ algorithm, privateKey, inputs }: SigningTask): string[] {
  const { signNow } = algorithms[algorithm];
  return inputs.map((input) => signNow(Buffer.from(input), privateKey).toString('base64url'));
}

parentPort?.on('message', (task: SigningTask | 'close') => {
  if (task === 'close') parentPort?.close();
  else parentPort?.postMessage(sign(task));
});
parentPort?.postMessage('ready');
