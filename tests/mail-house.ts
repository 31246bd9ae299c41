import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './imdesk.js';
import type { Scope } from './sandbox.js';

const run = promisify(execFile);

/** Debian's mail servers: `dovecot-imapd` keeps the mailboxes, `exim4-daemon-light` carries what is sent. */
const programs = ['/usr/sbin/dovecot', '/usr/sbin/exim4', '/usr/bin/openssl'];

/** Why no mail house can be opened here; undefined where one can. */
export async function noMailHouse(): Promise<string | undefined> {
  for (const program of programs) {
    const there = await run(program, [
      program.endsWith('openssl') ? 'version' : program.endsWith('exim4') ? '-bV' : '--version',
    ]).then(
      () => true,
      () => false,
    );
    if (!there) return `NOT RUN: ${program} is not installed (Debian: dovecot-imapd, exim4-daemon-light)`;
  }
  return undefined;
}

export interface MailHouse {
  password: string;
  ports: { imap: number; imaps: number; smtp: number; smtps: number };
  /** Ends the IMAP server as a crash would, and starts it again. */
  stopImap(): Promise<void>;
  startImap(): Promise<void>;
  /** Makes an IMAP server number a user's letters anew, as one does that was restored from a backup. */
  renumber(user: string): Promise<void>;
  /** What the servers logged: for a test that fails. */
  logs(): Promise<string>;
}

/**
 * A real mail server of its own for one test, on free ports: whoever writes to `@shop.example` or `@mail.example` reaches
 * the mailbox of that address, if it is one of `users`; otherwise the letter is taken and comes back as a bounce.
 */
export async function openMailHouse(t: Scope, users: readonly string[]): Promise<MailHouse> {
  const folder = await mkdtemp(path.join(tmpdir(), 'imdesk-mail-'));
  await chmod(folder, 0o755);
  const [imap, imaps, smtp, smtps] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const password = 'letters-1234';
  const owner = await ownerOfMail();
  const at = (...parts: string[]) => path.join(folder, ...parts);
  for (const name of ['boxes', 'spool', 'run']) {
    await mkdir(at(name));
    await chown(at(name), owner.uid, owner.gid);
  }
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'],
    ...['-keyout', at('key.pem'), '-out', at('cert.pem')],
  ]);
  await chmod(at('key.pem'), 0o640);
  await chown(at('key.pem'), owner.uid, owner.gid);
  await writeFile(at('users'), users.map((user) => `${user}:{PLAIN}${password}::::::\n`).join(''));
  await writeFile(at('dovecot.conf'), dovecotConfig(folder, { imap, imaps }, owner));
  await writeFile(at('exim.conf'), eximConfig(folder, { smtp, smtps, password, users }, owner));

  const exim = spawn('/usr/sbin/exim4', ['-bdf', '-q2s', '-C', at('exim.conf')], { stdio: 'ignore' });
  let dovecot = spawn('/usr/sbin/dovecot', ['-F', '-c', at('dovecot.conf')], { stdio: 'ignore' });
  const startImap = async () => {
    if (dovecot.exitCode !== null || dovecot.signalCode !== null)
      dovecot = spawn('/usr/sbin/dovecot', ['-F', '-c', at('dovecot.conf')], { stdio: 'ignore' });
    await answering(imap);
  };
  const stopImap = async () => {
    const ended = once(dovecot, 'exit');
    dovecot.kill('SIGTERM');
    await ended;
  };
  t.after(async () => {
    const ended = once(exim, 'exit');
    exim.kill();
    await ended;
    if (dovecot.exitCode === null && dovecot.signalCode === null) await stopImap();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const logs = async () =>
    (
      await Promise.all(
        [at('dovecot.log'), at('spool', 'main.log'), at('spool', 'panic.log')].map((file) =>
          readFile(file, 'utf8').catch(() => ''),
        ),
      )
    ).join('\n');
  try {
    await Promise.all([answering(imap), answering(smtp)]);
  } catch (error) {
    throw new Error(`the mail house did not open: ${await logs()}`, { cause: error });
  }
  return {
    password,
    ports: { imap, imaps, smtp, smtps },
    stopImap,
    startImap,
    async renumber(user) {
      await stopImap();
      for (const name of [
        'dovecot-uidlist',
        'dovecot.index',
        'dovecot.index.log',
        'dovecot.index.cache',
        'dovecot-uidvalidity',
      ])
        await rm(at('boxes', user, name), { force: true });
      // Dovecot numbers by the second.
      await delay(1_100);
      await startImap();
    },
    logs,
  };
}

interface Owner {
  name: string;
  uid: number;
  gid: number;
}

/** Who the mailboxes belong to: exim delivers to nobody's as root, and as nobody else than itself without root. */
async function ownerOfMail(): Promise<Owner> {
  const { uid, gid, username } = userInfo();
  if (uid !== 0) return { name: username, uid, gid };
  const id = async (flag: string) => Number((await run('id', [flag, 'Debian-exim'])).stdout);
  return { name: 'Debian-exim', uid: await id('-u'), gid: await id('-g') };
}

async function answering(port: number): Promise<void> {
  const end = performance.now() + 15_000;
  for (;;) {
    const answered = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      const say = (answered: boolean) => {
        socket.destroy();
        resolve(answered);
      };
      socket.once('data', () => say(true));
      socket.once('error', () => say(false));
      socket.setTimeout(2_000, () => say(false));
    });
    if (answered) return;
    if (performance.now() > end) throw new Error(`nothing answers at port ${port}`);
    await delay(50);
  }
}

const dovecotConfig = (
  folder: string,
  { imap, imaps }: { imap: number; imaps: number },
  owner: Owner,
): string => `
base_dir = ${folder}/run/dovecot
state_dir = ${folder}/run/state
log_path = ${folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
instance_name = ${path.basename(folder)}
${process.getuid?.() === 0 ? '' : `default_internal_user = ${owner.name}\ndefault_login_user = ${owner.name}\ndefault_internal_group = ${owner.gid}`}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:${folder}/boxes/%u
mailbox_list_index = no
ssl = yes
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
maildir_stat_dirs = yes
passdb {
  driver = passwd-file
  args = ${folder}/users
}
userdb {
  driver = static
  args = uid=${owner.uid} gid=${owner.gid} home=${folder}/boxes/%u
}
service imap-login {
  ${process.getuid?.() === 0 ? '' : 'chroot ='}
  inet_listener imap {
    port = ${imap}
  }
  inet_listener imaps {
    port = ${imaps}
    ssl = yes
  }
}
service anvil {
  ${process.getuid?.() === 0 ? '' : 'chroot ='}
}
service stats {
  ${process.getuid?.() === 0 ? '' : 'chroot ='}
}
`;

const eximConfig = (
  folder: string,
  {
    smtp,
    smtps,
    password,
    users,
  }: { smtp: number; smtps: number; password: string; users: readonly string[] },
  owner: Owner,
): string => `
primary_hostname = mx.mail.example
spool_directory = ${folder}/spool
log_file_path = ${folder}/spool/%s.log
pid_file_path =
local_interfaces = <; [127.0.0.1]:${smtp}; [127.0.0.1]:${smtps}
tls_on_connect_ports = ${smtps}
tls_certificate = ${folder}/cert.pem
tls_privatekey = ${folder}/key.pem
tls_advertise_hosts = *
${process.getuid?.() === 0 ? '' : 'deliver_drop_privilege = true'}
keep_environment =
acl_smtp_rcpt = taken
acl_smtp_data = taken
message_size_limit = 40M
smtp_accept_max = 100
smtp_accept_max_per_host = 100
smtp_accept_queue_per_connection = 0
rfc1413_hosts =
host_lookup =

begin acl
taken:
  accept

begin routers
${users
  .map(
    (user, index) => `
box${index}:
  driver = accept
  local_parts = ${user.split('@')[0]}
  domains = ${user.split('@')[1]}
  transport = box${index}
`,
  )
  .join('')}
begin transports
${users
  .map(
    (user, index) => `
box${index}:
  driver = appendfile
  directory = ${folder}/boxes/${user}
  maildir_format
  create_directory
  return_path_add
  delivery_date_add
  envelope_to_add
${process.getuid?.() === 0 ? `  user = ${owner.name}` : ''}
`,
  )
  .join('')}

begin retry
* * F,2h,1s

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if eq{$auth3}{${password}}}
  server_set_id = $auth2
`;
