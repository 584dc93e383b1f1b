/**
 * Three servers behind a balancer, on one PostgreSQL or one Redis Cluster:
 *
 *     TALLYSTICK_SECRET=… TALLYSTICK_STORE=postgres://… node examples/several-servers/start.ts
 *     TALLYSTICK_SECRET=… TALLYSTICK_STORE=redis-cluster://… node examples/several-servers/start.ts
 *
 * Open http://localhost:3000/ and use the demo bank: every request goes to another server. End one of them by its process
 * id, and nobody notices.
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
  console.log(`http://localhost:${port}/ goes to the servers with the process ids ${pids}`);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    balancer.close();
    balancer.closeAllConnections();
    for (const server of servers) server.kill(signal);
  });
}
