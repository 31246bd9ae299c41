import type { Attachment } from '../control/api.js';
import { h } from '../dom/element.js';
import { icon } from '../dom/icons.js';
import { toast } from '../dom/toast.js';

const megabyte = 1024 * 1024;
/** Feishu's limits for what is uploaded to a chat. */
const largest = { image: 10 * megabyte, file: 30 * megabyte };

/** A picture or a file, read and ready to be sent. */
export interface Attached {
  image?: Attachment;
  file?: Attachment;
}

interface Waiting {
  kind: 'image' | 'file';
  file: File;
}

/** The images and files chosen, pasted or dropped, waiting above the box until the message is sent. */
export class Attachments {
  readonly element = h('div', { class: 'tray', 'aria-label': '待发送的图片和文件' });
  private waiting: Waiting[] = [];
  private readonly changed: () => void;

  constructor(changed: () => void) {
    this.changed = changed;
  }

  get count(): number {
    return this.waiting.length;
  }

  add(files: Iterable<File>): void {
    for (const file of files) {
      const kind = file.type.startsWith('image/') ? 'image' : 'file';
      if (file.size === 0) toast('warning', `「${file.name}」是空文件，不能发送`);
      else if (file.size > largest[kind])
        toast('warning', `「${file.name}」超过 ${largest[kind] / megabyte} MB`);
      else this.waiting.push({ kind, file });
    }
    this.draw();
  }

  /** Hands over what waits, each as one message, and is empty afterwards. */
  async take(): Promise<Attached[]> {
    const taken = this.waiting;
    this.waiting = [];
    this.draw();
    return Promise.all(taken.map(async ({ kind, file }) => ({ [kind]: await encode(file) })));
  }

  private draw(): void {
    this.element.replaceChildren(...this.waiting.map((waiting) => this.drawOne(waiting)));
    this.changed();
  }

  private drawOne(waiting: Waiting): HTMLElement {
    const { kind, file } = waiting;
    const remove = (): void => {
      this.waiting = this.waiting.filter((other) => other !== waiting);
      this.draw();
    };
    const button = h('button', {
      type: 'button',
      class: 'tray-remove',
      'aria-label': `移除 ${file.name}`,
      click: remove,
    });
    button.append(icon('close'));
    return h(
      'span',
      { class: 'tray-item' },
      kind === 'image' ? thumbnail(file) : icon('file'),
      h('span', {}, file.name),
      button,
    );
  }
}

function thumbnail(file: File): HTMLElement {
  const address = URL.createObjectURL(file);
  const image = h('img', { src: address, alt: '' });
  image.addEventListener('load', () => URL.revokeObjectURL(address));
  return image;
}

async function encode(file: File): Promise<Attachment> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 0x8000) {
    pieces.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  }
  return { base64: btoa(pieces.join('')), name: file.name || 'image.png' };
}
