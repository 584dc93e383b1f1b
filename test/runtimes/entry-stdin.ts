/**
 * The comparison in a runtime with a command line: cases on standard input, verdicts on standard output, both as JSON.
 */
import process from 'node:process';
import { json } from 'node:stream/consumers';
import { judgeCases } from './judge-cases.ts';
import type { TokenCase } from './token-case.ts';

process.stdout.write(JSON.stringify(await judgeCases((await json(process.stdin)) as readonly TokenCase[])));
