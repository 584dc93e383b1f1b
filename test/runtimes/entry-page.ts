/**
 * The comparison in a page, as a function of the window.
 */
import { judgeCases } from './judge-cases.ts';

Object.assign(globalThis, { judgeCases });
