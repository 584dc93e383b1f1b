/**
 * The device's key: refresh tokens that are worth nothing elsewhere.
 */
export type { KeyStore } from './key-store.ts';
export { type DeviceKeyOptions, withDeviceKey } from './with-device-key.ts';
