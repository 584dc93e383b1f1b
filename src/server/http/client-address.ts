/**
 * Where a request came from. `X-Forwarded-For` is believed only as far as configured proxies wrote it: it is read from its
 * end, and the first address that is no trusted proxy is the client's.
 */
import { isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { ConnectionInfo } from './exchange.ts';

/** Gives the client's address, given the peer's and the header. */
export type ClientAddress = (remoteAddress: string, forwardedFor: string | undefined) => string;

type Network = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Prepares it for some trusted proxies. Throws a `TypeError` where one is neither an address nor a network. */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const networks = trustedProxies.map(parseNetwork);
  const isTrusted = (address: string) => networks.some((network) => isInside(address, network));
  return (remoteAddress, forwardedFor = '') => {
    let address = plain(remoteAddress);
    for (const hop of forwardedFor.split(',').map(withoutPort).reverse()) {
      if (!isTrusted(address) || !ipaddr.isValid(hop)) return address;
      address = plain(hop);
    }
    return address;
  };
}

/**
 * The peer's address: empty where whoever serves the handler never says, and RFC 7239's word where this connection has none. It
 * was cut off as soon as the request was sent; whoever does so is to share a network with their like, and not to be in none.
 */
export function peerAddress(info: ConnectionInfo): string {
  return 'remoteAddress' in info ? (info.remoteAddress ?? 'unknown') : '';
}

function parseNetwork(text: string): Network {
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text);
  if (!ipaddr.isValid(text)) throw new TypeError(`trustedProxies: "${text}" is neither an address nor a network`);
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

function isInside(text: string, [network, bits]: Network): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  return address.kind() === network.kind() && address.match(network, bits);
}

/** Some proxies write the port behind the address, which is in brackets then where it is IPv6. */
function withoutPort(hop: string): string {
  const [, inBrackets, ipv4] = /^(?:\[([^\]]*)\](?::\d{1,5})?|([\d.]+):\d{1,5})$/.exec(hop.trim()) ?? [];
  return inBrackets ?? ipv4 ?? hop.trim();
}

/** IPv4 written as IPv6 becomes IPv4 again. */
function plain(address: string): string {
  if (isIPv4(address)) return address;
  return ipaddr.isValid(address) ? ipaddr.process(address).toString() : address;
}
