import type { PageLinks } from './pages/link.js';
import type { Bot } from './ports/bot.js';
import type { Connector } from './ports/connector.js';
import type { Vault } from './secrets/vault.js';

/** What set-up needs beyond one tenant's rows: which platforms and channels there are, and where people reach all this. */
export interface Installation {
  vault: Vault;
  bots: ReadonlyMap<string, Bot>;
  connectors: ReadonlyMap<string, Connector>;
  /** Without a slash at its end. */
  origin: string;
  pages: PageLinks;
}
