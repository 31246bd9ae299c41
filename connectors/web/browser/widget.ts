import { wordsFor } from '../chat/words.js';
import { apiOf } from './talk/api.js';
import { memoryFor } from './talk/memory.js';
import { settingsOf } from './talk/settings.js';
import { talkOf } from './talk/talk.js';
import { mount } from './ui/panel.js';

const { currentScript } = document;
const script = currentScript instanceof HTMLScriptElement ? currentScript : null;
const settings = settingsOf(script ?? document.querySelector('script[data-account][src*="widget.js"]'));

function start(): void {
  if (!settings || document.querySelector('imdesk-widget')) return;
  const memory = memoryFor(settings.account);
  const words = wordsFor(settings.lang);
  const talk = talkOf(settings, apiOf(settings), memory, newId);
  const widget = mount(talk, settings, memory, words);
  addEventListener('online', talk.wake);
  addEventListener('pageshow', talk.wake);
  // Who has talked to us before may have an answer waiting; everybody else costs nothing until they open the panel.
  if (memory.get('visitor') || settings.userSignature || settings.userJwt) talk.begin();
  if (settings.open) widget.open();
}

/** `crypto.randomUUID` exists on secure pages only. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

if (document.body) start();
else addEventListener('DOMContentLoaded', start);
