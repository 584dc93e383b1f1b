/**
 * The long form of the PostgreSQL drills: `npm run drills:postgres [-- ROUNDS]`, 10 rounds of every fault unless told
 * otherwise, each fault on a site of its own: a primary with a standby.
 */
import {
  cutLine,
  killPrimary,
  openSite,
  type PostgresFault,
  type PostgresSite,
  promoteStale,
} from './postgres-faults.ts';
import { longLoad, type RepeatedDrill, repeatDrills } from './repeat-drills.ts';
import { runDrill } from './run-drill.ts';

await repeatDrills([killPrimary, cutLine, promoteStale].map(onOwnSite), Number(process.argv[2] ?? 10));

function onOwnSite({ name, losesWrites, endsSite, fail }: PostgresFault): RepeatedDrill {
  let site: PostgresSite | undefined;
  const leave = async () => {
    await site?.remove();
    site = undefined;
  };
  return {
    name,
    run: async () => {
      const here = site ?? (await openSite());
      site = here;
      const result = await runDrill({
        ...longLoad,
        store: here.url,
        losesWrites,
        fail: (underWay) => fail(here, underWay),
      });
      if (endsSite) await leave();
      return result;
    },
    leave,
  };
}
