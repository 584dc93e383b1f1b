/**
 * What the account page asks of the server about devices and the password. One request each; none is repeated here.
 */
import type { Client } from 'tallystick/client';
import type { DevicePatch, DevicesResponse, DeviceView, PasswordRequest } from 'tallystick/protocol';
import { type Answer, ask } from '../http/ask.ts';

export function listDevices(client: Client): Promise<Answer<DevicesResponse>> {
  return ask(() => client.fetch('devices'));
}

export function changeDevice(client: Client, id: string, patch: DevicePatch): Promise<Answer<DeviceView>> {
  return ask(() => client.fetch(devicePath(id), withJson('PATCH', patch)));
}

export function removeDevice(client: Client, id: string): Promise<Answer<undefined>> {
  return ask(() => client.fetch(devicePath(id), { method: 'DELETE' }));
}

export function removeOtherDevices(client: Client): Promise<Answer<{ readonly removed: number }>> {
  return ask(() => client.fetch('devices', { method: 'DELETE' }));
}

export function changePassword(client: Client, request: PasswordRequest): Promise<Answer<undefined>> {
  return ask(() => client.fetch('password', withJson('POST', request)));
}

function devicePath(id: string): string {
  return `devices/${encodeURIComponent(id)}`;
}

function withJson(method: string, body: unknown): RequestInit {
  return { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
}
