/**
 * Which of a cluster's 16,384 slots a hash tag belongs to (Redis Cluster specification, "Key distribution model").
 */

const polynomial = 0x1021;

/** The slot of every key that has `tag` between its braces. */
export function slotOf(tag: string): number {
  let crc = 0;
  for (const byte of Buffer.from(tag)) crc = addByte(crc, byte);
  return crc % 16_384;
}

/** CRC-16/XMODEM. */
function addByte(crc: number, byte: number): number {
  let next = crc ^ (byte << 8);
  for (let bit = 0; bit < 8; bit += 1) next = next & 0x8000 ? (next << 1) ^ polynomial : next << 1;
  return next & 0xffff;
}
