/**
 * `/devices`: the user's devices, listed, renamed, signed out and removed.
 */
import { z } from 'zod';
import type { DevicesResponse } from '../../../protocol/wire.ts';
import type { Context } from '../../context.ts';
import type { Caller } from '../../operations/authenticate-access.ts';
import { changeDevice } from '../../operations/change-device.ts';
import { deviceView } from '../../operations/device-view.ts';
import { removeDevice } from '../../operations/remove-device.ts';
import { removeOtherDevices } from '../../operations/remove-other-devices.ts';
import { assertDeviceList } from '../../unsupported.ts';
import { type Answer, empty, json } from '../answer.ts';
import type { Exchange } from '../exchange.ts';
import { devicesResponse, deviceView as deviceViewSchema, removedResponse } from '../openapi/answers.ts';
import { invalidRequest, notFound } from '../problem.ts';
import { fields, readJson } from '../read-input.ts';
import { accessTokenErrors, requireCaller, requireRecent } from '../require-caller.ts';
import type { Route } from '../route.ts';

/** Another user's device and one that never was are the same. */
const noSuchDevice = 'There is no such device.';

const patchSchema = z.object({
  name: fields.deviceName.optional(),
  signed_in: z.literal(false, 'can only be set to false').optional(),
});

/** What may be wrong with an act on one device. */
const deviceErrors = [
  ...accessTokenErrors,
  'insufficient_user_authentication',
  'not_found',
  'stateless_sessions',
] as const;

export const listDevices: Route = {
  method: 'GET',
  path: '/devices',
  summary: 'The user’s devices.',
  credentials: ['access_token'],
  gives: { 200: devicesResponse },
  errors: [...accessTokenErrors, 'stateless_sessions'],
  handle: handleList,
};

export const patchDevice: Route = {
  method: 'PATCH',
  path: '/devices/:id',
  summary: 'Renames a device, or signs it out.',
  credentials: ['access_token'],
  takes: { json: patchSchema },
  gives: { 200: deviceViewSchema },
  errors: deviceErrors,
  handle: handlePatch,
};

export const deleteDevice: Route = {
  method: 'DELETE',
  path: '/devices/:id',
  summary: 'Takes a device off the list and ends its session.',
  credentials: ['access_token'],
  gives: { 204: null },
  errors: deviceErrors,
  handle: handleDelete,
};

export const deleteOtherDevices: Route = {
  method: 'DELETE',
  path: '/devices',
  summary: 'Ends all sessions but this one, and takes their devices off the list.',
  credentials: ['access_token'],
  gives: { 200: removedResponse },
  errors: [...accessTokenErrors, 'insufficient_user_authentication'],
  handle: handleDeleteOthers,
};

async function handleList(context: Context, exchange: Exchange): Promise<Answer> {
  const { sid, state } = await requireLister(context, exchange);
  const now = context.clock.now();
  const devices = state.devices
    .map((device) => deviceView(device, state.sessions, now, sid))
    .toSorted((a, b) => Number(b.current) - Number(a.current) || b.last_used_at - a.last_used_at);
  return json({ devices } satisfies DevicesResponse);
}

async function handlePatch(context: Context, exchange: Exchange): Promise<Answer> {
  const caller = await requireLister(context, exchange);
  const { name, signed_in } = await readJson(exchange, patchSchema);
  const signsOut = signed_in === false;
  if (name === undefined && !signsOut) throw invalidRequest('name or signed_in: is missing or empty');
  const id = idOf(exchange);
  if (signsOut && id !== caller.stored?.device.id) requireRecent(context, caller);
  const { subject, sid } = caller;
  const result = await changeDevice(context, subject, id, { name, signOut: signsOut }, sid);
  if (result.kind === 'not_found') throw notFound(noSuchDevice);
  return json(result.device);
}

async function handleDelete(context: Context, exchange: Exchange): Promise<Answer> {
  const caller = await requireLister(context, exchange);
  const id = idOf(exchange);
  if (id !== caller.stored?.device.id) requireRecent(context, caller);
  const { kind } = await removeDevice(context, caller.subject, id);
  if (kind === 'not_found') throw notFound(noSuchDevice);
  return empty();
}

async function handleDeleteOthers(context: Context, exchange: Exchange): Promise<Answer> {
  const caller = await requireCaller(context, exchange);
  requireRecent(context, caller);
  return json(await removeOtherDevices(context, caller, caller.stored?.device.id));
}

/** A client whose session has ended learns that, also from a server that has no list. */
async function requireLister(context: Context, exchange: Exchange): Promise<Caller> {
  const caller = await requireCaller(context, exchange);
  assertDeviceList(context.settings);
  return caller;
}

function idOf(exchange: Exchange): string {
  return exchange.req.param('id') ?? '';
}
