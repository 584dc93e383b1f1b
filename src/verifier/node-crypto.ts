/**
 * `node:crypto` where this is Node, and `undefined` anywhere else, without an import that others would have to resolve.
 * Runtimes that imitate Node keep to Web Crypto, which is their own.
 */

export type NodeCrypto = typeof import('node:crypto');

export function findNodeCrypto(): NodeCrypto | undefined {
  const isNode = globalThis.navigator?.userAgent?.startsWith('Node.js/');
  return isNode ? globalThis.process?.getBuiltinModule?.('node:crypto') : undefined;
}
