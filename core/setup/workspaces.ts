import { z } from 'zod';
import { text } from '../i18n/texts.js';
import { operation, refuse } from '../operations/operation.js';
import { happened } from '../pipeline/scene.js';
import { settingsIn } from './accounts.js';
import { settingsChanged } from './changed.js';
import { fieldsOf } from './form.js';
import { saved } from './saved.js';

/** Other credentials for a workspace; a secret that is left empty stays what it is. It connects anew with them. */
export const setCredentials = operation({
  name: 'workspace.setCredentials',
  input: z.looseObject({ workspace: z.uuid() }),
  who: ['admin'],
  async run(input, call) {
    const { scene, caller, operations } = call;
    const { locale } = scene.tenant;
    const { bots, vault } = operations.installation;
    const [row] = await scene.tx.query<{ platform: string; name: string; credentials_sealed: string }>(
      'select platform, name, credentials_sealed from workspaces where tenant_id = $1 and id = $2 for update',
      [scene.tenant.id, input.workspace],
    );
    const bot = row && bots.get(row.platform);
    if (!bot) return refuse(text(locale, 'error.expired'));
    const place = {
      tenantId: scene.tenant.id,
      table: 'workspaces',
      column: 'credentials_sealed',
      row: input.workspace,
    };
    const before: unknown = JSON.parse(await vault.open(place, row.credentials_sealed));
    const given = await settingsIn(
      call,
      { account: bot.credentials },
      fieldsOf(bot.credentials),
      input,
      before,
    );
    if ('problems' in given)
      return refuse(
        text(locale, 'setup.credentialsWrong', { workspace: row.name, problems: given.problems }),
      );
    const enterprise = bot.enterpriseOf?.(bot.credentials.parse(given.values));
    // Another enterprise's people would be taken for this one's.
    if (enterprise !== bot.enterpriseOf?.(bot.credentials.parse(before)))
      return refuse(text(locale, 'setup.otherEnterprise'));
    await scene.tx.query('update workspaces set credentials_sealed = $3 where tenant_id = $1 and id = $2', [
      scene.tenant.id,
      input.workspace,
      await vault.seal(place, JSON.stringify(given.values)),
    ]);
    await happened(scene, {
      kind: 'workspace.credentialsSet',
      subject: `workspace:${input.workspace}`,
      actor: caller?.id,
    });
    await settingsChanged(scene);
    return saved(call, text(locale, 'setup.credentialsSet', { workspace: row.name }));
  },
});
