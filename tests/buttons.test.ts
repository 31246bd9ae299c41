import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { type CommandName, commandNames, commands } from '../core/commands/command.js';
import { actions as offered } from '../core/conversations/actions.js';

/** Buttons that no single command stands for, and how else it is done without cards. */
const otherwise: Record<string, CommandName | 'customers' | 'not needed'> = {
  'draft.send': 'to',
  'draft.drop': 'not needed',
  'queue.claimNext': 'claim',
  'conversation.offerTransfer': 'transfer',
  'conversation.more': 'not needed',
  'conversation.holdWhen': 'hold',
  'conversation.resume': 'hold',
  'member.remindWhen': 'remind',
  'member.showStatus': 'status',
  'conversation.rate': 'customers',
};
/** Commands that carry words, which people type where they would press a button. */
const typed: CommandName[] = ['note', 'ask', 'help', 'quota', 'tag', 'block'];
/** Commands whose buttons are on the panel that another button opens, or that comes by itself. */
const onPanels: CommandName[] = [
  ...(['accept', 'decline', 'hold', 'remind', 'status'] as const),
  ...(['export', 'team', 'takeover', 'whisper'] as const),
];

const operationIn = /"operation":\s*"([a-z]+\.[a-zA-Z]+)"/g;

async function operationsOnCards(): Promise<Set<string>> {
  const folder = new URL('../cards/templates/', import.meta.url);
  const found = new Set<string>();
  for (const file of await readdir(folder)) {
    const template = await readFile(new URL(file, folder), 'utf8');
    for (const [, name = ''] of template.matchAll(operationIn)) found.add(name);
  }
  // Of the cards whose buttons are data, what the brief offers; a panel offers whatever it is asked for.
  for (const { operation } of offered) found.add(operation);
  return found;
}

test('whatever a card’s button does can be typed, for whoever sees no cards', async () => {
  const byCommand = new Set(commandNames.map((name) => commands[name].operation));
  for (const operation of await operationsOnCards()) {
    assert.ok(
      byCommand.has(operation) || operation in otherwise,
      `${operation} is on a card and no command does it`,
    );
  }
});

test('whatever can be commanded has a button, save what carries words', async () => {
  const onCards = await operationsOnCards();
  const inHelp = ['queue.list', 'member.mine', 'conversation.find', 'queue.live'];
  for (const name of commandNames) {
    const { operation } = commands[name];
    const isThere =
      onCards.has(operation) || inHelp.includes(operation) || typed.includes(name) || onPanels.includes(name);
    assert.ok(isThere, `/${name} calls ${operation}, which no card offers`);
  }
});
