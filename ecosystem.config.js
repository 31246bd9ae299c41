/**
 * PM2: `npm run build`, set DATABASE_URL (and, for more than one machine, MASTER_KEY, REDIS_URL and PUBLIC_URL), then
 * `pm2 start ecosystem.config.js`. Every process is stateless; more of them: `pm2 scale web 4`, `pm2 scale worker 2`.
 * New code: `npm run build`, then `pm2 reload ecosystem.config.js`, one process after the other and without a pause.
 */
const port = Number(process.env.PORT || 8080);
const drainMs = 1_000 * Number(process.env.DRAIN_SECONDS || 0);

const role = (name, more) => ({
  name,
  script: 'dist/server/main.js',
  node_args: '--enable-source-maps',
  wait_ready: true,
  listen_timeout: 30_000,
  // A stop takes at most five seconds, after the drain.
  kill_timeout: drainMs + 6_000,
  exp_backoff_restart_delay: 200,
  ...more,
  env: { NODE_ENV: 'production', IMDESK_ROLES: name, ...more.env },
});

export const apps = [
  // Answers platforms, channels and customers; its processes share the port.
  role('web', { exec_mode: 'cluster', instances: 1, env: { PORT: port } }),
  // Handles, answers and sends. It listens only to be watched, each process on a port of its own.
  role('worker', { increment_var: 'PORT', instances: 1, env: { PORT: port + 10, HOST: '127.0.0.1' } }),
  // Keeps the long connections of workspaces that hear by socket.
  role('gateway', { increment_var: 'PORT', instances: 1, env: { PORT: port + 30, HOST: '127.0.0.1' } }),
];
