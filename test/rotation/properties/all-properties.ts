/** All properties by name, as the worlds refer to them. */
import { bounded } from './bounded.ts';
import { endedIsEnded } from './ended-is-ended.ts';
import { kept } from './kept.ts';
import { keyHolderOnly } from './key-holder-only.ts';
import { oneLineage } from './one-lineage.ts';
import type { Property } from './property.ts';
import { quiet } from './quiet.ts';
import { seen } from './seen.ts';

export const allProperties: Readonly<Record<PropertyName, Property>> = {
  kept,
  seen,
  'one lineage': oneLineage,
  'ended is ended': endedIsEnded,
  bounded,
  quiet,
  'key-holder only': keyHolderOnly,
};

export type PropertyName = 'kept' | 'seen' | 'one lineage' | 'ended is ended' | 'bounded' | 'quiet' | 'key-holder only';
