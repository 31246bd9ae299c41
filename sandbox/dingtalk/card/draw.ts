import { isRecord } from '../../kernel/shape.js';
import { readAction } from './action.js';
import type { Action, Drawn } from './drawn.js';
import { readFields } from './form.js';
import { drawBox, drawText, numberOf, spaceOf } from './layout.js';
import { Scope } from './scope.js';
import { readNode, recordsOf, type TemplateFile, type TemplateNode } from './template.js';
import { readData } from './values.js';

/** Where an action comes from: what the template says around it, and over which data. */
export interface Source {
  props: Readonly<Record<string, unknown>>;
  scope: Scope;
}

export interface Drawing {
  tree: Drawn[];
  /** Source: configure-widescreen-cards (`config.autoLayout`). */
  wide: boolean;
  /** The line in the chat list that the template has for itself. */
  summary: string;
  sources: ReadonlyMap<Action, Source>;
}

/** What a card holds for one viewer. `at`: the names of those its markdown may mention, by id. */
export interface CardContent {
  cardData: Readonly<Record<string, string>>;
  privateData?: Readonly<Record<string, string>> | undefined;
  at?: Readonly<Record<string, string>>;
}

/** Draws a card as one viewer sees it. It knows neither the clock nor the network, so that pages and tests may call it. */
export function drawCard(template: TemplateFile, content: CardContent): Drawing {
  const data = readData(template, content.cardData, content.privateData);
  const scope = new Scope(data, template.expressions);
  const sources = new Map<Action, Source>();
  const pen = new Pen(sources, { ...content.at }, String(data.flowStatus ?? '1'));
  return {
    tree: pen.draw([template.root], scope),
    wide: isRecord(data.config) && data.config.autoLayout === true,
    summary: scope.words(template.root.props.summaryContent),
    sources,
  };
}

/** What only holds others. */
const transparent = new Set(['Card', 'StdCard', 'AICardContainer', 'AICardContent', 'AICardStatusContainer']);

class Pen {
  readonly #sources: Map<Action, Source>;
  readonly #at: Record<string, string>;
  readonly #flowStatus: string;

  constructor(sources: Map<Action, Source>, at: Record<string, string>, flowStatus: string) {
    this.#sources = sources;
    this.#at = at;
    this.#flowStatus = flowStatus;
  }

  draw(nodes: readonly TemplateNode[], scope: Scope): Drawn[] {
    const visible = nodes.filter(({ hidden, props }) => !hidden && scope.isVisible(props.visible));
    return visible.flatMap((node) => {
      const drawn = this.#node(node, scope);
      if (transparent.has(node.componentName)) return drawn;
      return drawn.map((each) => ({ ...each, ...spaceOf(node.props, scope) }));
    });
  }

  #node(node: TemplateNode, scope: Scope): Drawn[] {
    const { componentName, props, children } = node;
    switch (componentName) {
      case 'Card':
      case 'StdCard':
      case 'AICardContainer':
      case 'AICardContent':
        return this.draw(children, scope);
      case 'AICardStatusContainer':
        return String(props.status) === this.#flowStatus ? this.draw(children, scope) : [];
      case 'AIPending':
        return [{ kind: 'waiting' }];
      case 'CardHeaderV2':
        return [this.#header(props, scope)];
      case 'Grid': {
        const box = drawBox(props, scope);
        const action = props.enableClickEvent === true ? this.#action(props, scope, node.id) : none;
        return [{ ...box, action, children: this.draw(children, scope) }];
      }
      case 'BaseText':
      case 'BaseTextBlock':
        return [{ kind: 'text', ...drawText(props, scope) }];
      case 'Markdown':
      case 'MarkdownBlock':
        return [this.#markdown(props, scope)];
      case 'Tag':
        return tag(props, scope);
      case 'Divider':
      case 'DividerBlock':
        return [{ kind: 'divider', vertical: props.direction === 'vertical' }];
      case 'Image':
        return image(props, scope);
      case 'ProgressBar': {
        const percent = Math.min(100, Math.max(0, numberOf(scope.read(props.progress))));
        return [{ kind: 'progress', percent, color: scope.words(props.color) || 'blue' }];
      }
      case 'Loop':
        return [this.#loop(node, scope)];
      case 'SingleButton':
        return [this.#button(props, scope, node.id)];
      case 'ButtonList':
      case 'ButtonBlock':
        return [this.#buttons(props, scope)];
      case 'Form':
        return [this.#form(node, scope)];
      default:
        return [{ kind: 'unsupported', name: componentName }];
    }
  }

  #action(props: Record<string, unknown>, scope: Scope, ownId: string): Action {
    const action = readAction(props, scope, ownId);
    this.#sources.set(action, { props, scope });
    return action;
  }

  #header(props: Record<string, unknown>, scope: Scope): Drawn {
    const slot = isRecord(props.titleAfterSlot) ? recordsOf(props.titleAfterSlot.value) : [];
    return {
      kind: 'header',
      title: scope.words(props.title),
      color: scope.words(props.color) || 'blue',
      after: this.draw(slot.map(readNode), scope),
    };
  }

  #markdown(props: Record<string, unknown>, scope: Scope): Drawn {
    return {
      kind: 'markdown',
      text: scope.words(props.content),
      rich: numberOf(props.mdVer) >= 1,
      at: this.#at,
    };
  }

  #loop({ props, children }: TemplateNode, scope: Scope): Drawn {
    const list = isRecord(props.listData) ? String(props.listData.variable ?? '') : '';
    const items = recordsOf(scope.value(list));
    return {
      kind: 'loop',
      direction: props.direction === 'horizontal' ? 'horizontal' : 'vertical',
      wraps: props.flowLayout === true,
      gap: props.childGap === true ? numberOf(props.childGapSize) : 0,
      items: items.map((item, index) => this.draw(children, scope.within(list, item, index))),
    };
  }

  #button(props: Record<string, unknown>, scope: Scope, ownId: string): Drawn {
    return {
      kind: 'button',
      text: scope.words(props.text),
      color: scope.words(props.color) || 'blue',
      disabled: scope.words(props.status) === 'disabled',
      wide: props.widthMode !== 'match_content' && props.widthMode !== 'AutoWidth',
      action: this.#action(props, scope, ownId),
    };
  }

  #buttons(props: Record<string, unknown>, scope: Scope): Drawn {
    const list = isRecord(props.buttons) ? props.buttons.list : props.buttons;
    const shown = recordsOf(list).filter(({ visible }) => scope.isVisible(visible));
    return {
      kind: 'loop',
      direction: props.direction === 'vertical' ? 'vertical' : 'horizontal',
      ...{ wraps: false, gap: 8 },
      items: shown.map((each) => [this.#button(each, scope, String(each.id ?? ''))]),
    };
  }

  #form({ props, children }: TemplateNode, scope: Scope): Drawn {
    const id = String(props.id ?? 'form');
    const extra = readAction({ ...props, actionType: 'request', actionId: id }, scope, id);
    const action: Action = extra.kind === 'request' ? { ...extra, formParam: 'form' } : none;
    this.#sources.set(action, { props: { ...props, actionType: 'request' }, scope });
    return {
      kind: 'form',
      id,
      fields: readFields(scope.read(props.formSchema)),
      disabled: scope.words(props.status) === 'disabled',
      submit:
        props.customSubmitEvent === true ? null : { text: scope.words(props.submitText) || '提交', action },
      children: this.draw(children, scope),
    };
  }
}

const none: Action = { kind: 'none' };

function tag(props: Record<string, unknown>, scope: Scope): Drawn[] {
  const text = scope.words(props.text);
  if (text === '') return [];
  return [
    { kind: 'tag', text, color: scope.words(props.color) || 'blue', solid: props.tagStyle === 'solid' },
  ];
}

function image(props: Record<string, unknown>, scope: Scope): Drawn[] {
  const source = scope.words(props.images);
  const pixels = (size: unknown) =>
    isRecord(size) && size.valueType === 'fixed' ? numberOf(size.value) || null : null;
  return source === ''
    ? []
    : [{ kind: 'image', source, width: pixels(props.width), height: pixels(props.height) }];
}
