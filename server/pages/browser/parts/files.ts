import { type FileWords, fileBytesMax, type PressAnswer } from '../../state.js';
import { type Sent, understood } from './send.js';

interface Desk {
  at: HTMLElement;
  words: FileWords;
  token: string;
  newPress(): string;
  /** Tells what is going on. */
  busy(is: boolean, words?: string): void;
  told(sent: Sent, again: () => void): void;
  warn(words: string): void;
}

/** The part of the page where a file is put for the customer, and where theirs can be fetched. */
export function filesPart({ at, words, token, newPress, busy, told, warn }: Desk) {
  let chosen: File | undefined;
  const drop = document.createElement('label');
  const input = Object.assign(document.createElement('input'), { type: 'file' });
  const send = Object.assign(document.createElement('button'), { type: 'button', className: 'yes' });
  const name = document.createElement('p');
  const progress = Object.assign(document.createElement('progress'), { max: 1 });
  const list = document.createElement('ul');
  const heading = document.createElement('h2');
  const sentHeading = Object.assign(document.createElement('h3'), { textContent: words.sent });
  input.setAttribute('aria-label', words.choose);
  drop.append(Object.assign(document.createElement('span'), { textContent: words.hint }), input);
  at.replaceChildren(heading, drop, name, send, progress, sentHeading, list);
  choose(undefined);

  input.addEventListener('change', () => choose(input.files?.[0]));
  for (const kind of ['dragenter', 'dragover'] as const)
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.dataset.over = '';
    });
  for (const kind of ['dragleave', 'drop'] as const)
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      delete drop.dataset.over;
    });
  drop.addEventListener('drop', (event) => choose(event.dataTransfer?.files[0]));
  send.addEventListener('click', () => chosen && void pass(chosen, newPress()));

  function choose(file: File | undefined): void {
    const tooLarge = file !== undefined && file.size > fileBytesMax;
    if (tooLarge) warn(words.tooLarge);
    chosen = tooLarge ? undefined : file;
    name.hidden = send.hidden = chosen === undefined;
    progress.hidden = true;
    name.textContent = chosen ? `${chosen.name} · ${sizeOf(chosen.size)}` : '';
    if (!chosen) input.value = '';
  }

  /** However often it is tried, one press sends the file once. */
  async function pass(file: File, press: string): Promise<void> {
    busy(true, words.uploading);
    send.disabled = input.disabled = true;
    progress.hidden = false;
    progress.value = 0;
    const sent = await upload(file, press, (share) => {
      progress.value = share;
    });
    send.disabled = input.disabled = false;
    progress.hidden = true;
    busy(false);
    if (sent.kind === 'answered' && sent.answer.kind === 'done') choose(undefined);
    told(sent, () => void pass(file, press));
  }

  function upload(file: File, press: string, moved: (share: number) => void): Promise<Sent> {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open('POST', `${window.location.pathname}/file`);
      request.setRequestHeader('content-type', 'application/octet-stream');
      request.setRequestHeader('x-file-name', encodeURIComponent(file.name));
      request.setRequestHeader('x-form-token', token);
      request.setRequestHeader('x-press', press);
      request.upload.onprogress = ({ loaded, total }) => moved(total > 0 ? loaded / total : 0);
      request.onerror = request.onabort = request.ontimeout = () => resolve({ kind: 'unreachable' });
      request.onload = () => resolve(answerIn(request));
      request.send(file);
    });
  }

  return {
    /** What is there for this customer now; undefined: files are not taken here. */
    show(files: { to: string; sent: readonly { name: string; url: string }[] } | undefined): void {
      at.hidden = files === undefined;
      heading.textContent = files ? `${words.title} · ${files.to}` : '';
      send.textContent = files ? `${words.send} → ${files.to}` : '';
      const links = (files?.sent ?? []).map((file) => {
        const link = Object.assign(document.createElement('a'), { href: file.url, textContent: file.name });
        link.rel = 'noreferrer';
        link.download = file.name;
        const item = document.createElement('li');
        item.append(link);
        return item;
      });
      sentHeading.hidden = list.hidden = links.length === 0;
      list.replaceChildren(...links);
    },
  };
}

function answerIn(request: XMLHttpRequest): Sent {
  try {
    const body: PressAnswer & { error?: { code?: string; message: string } } = JSON.parse(
      request.responseText,
    );
    return understood(request.status, body);
  } catch {
    return { kind: 'failed' };
  }
}

const sizeOf = (bytes: number): string =>
  bytes < 1024 * 1024
    ? `${Math.max(1, Math.round(bytes / 1024))} KB`
    : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
