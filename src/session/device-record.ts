/**
 * What a store keeps of one device: what the user sees in the list. It outlives a sign-in, and a refresh does not touch it.
 * Times are milliseconds of the store's clock.
 */

/** What sort of thing a device is, as far as its user agent says. Device limits count by it. */
export type DeviceKind = 'desktop' | 'mobile' | 'tablet' | 'other';

export interface DeviceRecord {
  /** Made by the server, unique within its user. Knowing it is worth nothing. */
  readonly id: string;
  readonly subject: string;
  readonly name: string;
  readonly kind: DeviceKind;
  readonly platform: string;
  readonly browser: string;
  readonly createdAt: number;
  /** As of the last sign-in, or of the end of the last session; a live session knows better. */
  readonly lastUsedAt: number;
  readonly lastAddress: string;
  /** The newest session of this device, live or ended. */
  readonly sid: string;
}
