/**
 * Three servers behind a balancer, on one PostgreSQL or one Redis Cluster. `npm run build` makes the pages they serve.
 *
 *     TALLYSTICK_SECRET=… TALLYSTICK_STORE=postgres://… node examples/several-servers/start.ts
 *     TALLYSTICK_SECRET=… TALLYSTICK_STORE=redis-cluster://… node examples/several-servers/start.ts
 *
 * Open http://localhost:3000/account, sign in as `alice`, and use the devices and the password: every request goes to one of the
 * servers at random. End one of them by its process id, and you stay signed in. The demo bank at `/` is not for this: each
 * server keeps books of its own, in memory, so a transfer is known to that server alone.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createBalancer } from './balancer.ts';

const tallystick = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const port = Number(process.env.PORT ?? 3000);
const ports = [port + 1, port + 2, port + 3];

const environment = {
  // All servers speak for the same issuer: the balancer's address, which is the one that people know.
  TALLYSTICK_ISSUER: `http://localhost:${port}`,
  TALLYSTICK_TRUSTED_PROXIES: '127.0.0.1',
  ...process.env,
};
const servers = ports.map((serverPort) =>
  spawn(process.execPath, [tallystick, 'serve', '--demo'], {
    env: { ...environment, PORT: String(serverPort) },
    stdio: ['ignore', 'ignore', 'inherit'],
  }),
);
const balancer = createBalancer(ports).listen(port, '127.0.0.1', () => {
  const pids = servers.map(({ pid }) => pid).join(', ');
  console.log(`http://localhost:${port}/account goes to the servers with the process ids ${pids}`);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    balancer.close();
    balancer.closeAllConnections();
    for (const server of servers) server.kill(signal);
  });
}
