/**
 * Ten million sessions on SQLite against ten thousand.
 */
import { fillSqlite } from './fill/fill-sqlite.ts';
import { measureScale } from './fill/measure-scale.ts';
import type { Line } from './line.ts';

export const line: Line = {
  name: 'scale-sqlite',
  title: 'many sessions on SQLite',
  takesMinutes: true,
  measure: (extent, say) =>
    measureScale(fillSqlite, extent.short ? [10_000, 100_000] : [10_000, 1_000_000, 10_000_000], extent, say),
};
