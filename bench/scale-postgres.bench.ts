/**
 * Ten million sessions on PostgreSQL against ten thousand.
 */
import { fillPostgres } from './fill/fill-postgres.ts';
import { measureScale } from './fill/measure-scale.ts';
import type { Line } from './line.ts';

export const line: Line = {
  name: 'scale-postgres',
  title: 'many sessions on PostgreSQL',
  takesMinutes: true,
  measure: (extent, say) =>
    measureScale(fillPostgres, extent.short ? [10_000, 100_000] : [10_000, 1_000_000, 10_000_000], extent, say),
};
