import { isRecord } from '../../kernel/shape.js';
import type { Action, Toast } from './drawn.js';
import { words } from './expression.js';
import type { Scope } from './scope.js';
import { recordsOf } from './template.js';

type Props = Readonly<Record<string, unknown>>;

/**
 * What a press on a component does, by its `actionType`. `ownId` stands for an action id that was left empty.
 * Sources: interactive-mode, chain-of-events, and the properties in the official samples.
 */
export function readAction(props: Props, scope: Scope, ownId: string): Action {
  switch (props.actionType) {
    case 'url':
      return { kind: 'link', url: scope.words(props.url) };
    case 'copy':
      return { kind: 'copy', text: scope.words(props.copyValue) };
    case 'toast':
      return { kind: 'toast', toast: readToast(props, scope) };
    case 'request':
      return request(scope, scope.words(props.actionId) || ownId, props.params);
    case 'confirm':
      return readConfirm(props, scope, ownId);
    case 'dynamicEvent':
      return readDynamic(scope.read(props.dynamicEventVar), ownId);
    case 'eventChain': {
      const events = recordsOf(props.events).flatMap(({ event }) => (isRecord(event) ? [event] : []));
      const main = events.find(({ actionType }) => actionType === 'request') ?? events[0];
      return main ? readAction(main, scope, ownId) : { kind: 'none' };
    }
    default:
      return { kind: 'none' };
  }
}

function request(scope: Scope, actionId: string, given: unknown): Action & { kind: 'request' } {
  const params: Record<string, unknown> = {};
  let formParam: string | null = null;
  for (const { name, type, value, variable } of recordsOf(given)) {
    if (typeof name !== 'string' || name === '') continue;
    params[name] = type === 'variable' ? scope.value(String(variable ?? '')) : words(value);
    if (name === 'form') formParam = name;
  }
  return { kind: 'request', actionId, params, formParam, confirm: null };
}

function readConfirm(props: Props, scope: Scope, ownId: string): Action {
  if (props.confirmOkAction !== 'request') return { kind: 'none' };
  const actionId = scope.words(props.confirmOkReqActionActionId) || ownId;
  const confirm = {
    title: scope.words(props.confirmTitle),
    message: scope.words(props.confirmMessage),
    ok: scope.words(props.confirmOkText) || '确认',
    cancel: scope.words(props.confirmCancelText) || '取消',
  };
  return { ...request(scope, actionId, props.confirmOkReqActionParams), confirm };
}

/** An event that the data decides: `openLink` or `sendCardRequest`. A link may be an object with one address per system. */
function readDynamic(event: unknown, ownId: string): Action {
  if (!isRecord(event) || !isRecord(event.params)) return { kind: 'none' };
  const { url, actionId, params } = event.params;
  if (event.type === 'openLink') return { kind: 'link', url: words(isRecord(url) ? url.pc : url) };
  if (event.type !== 'sendCardRequest') return { kind: 'none' };
  return {
    ...{ kind: 'request', actionId: words(actionId) || ownId, formParam: null, confirm: null },
    params: isRecord(params) ? params : {},
  };
}

const toastTypes = ['info', 'success', 'error'] as const;

const readToast = ({ toastContent, toastType }: Props, scope: Scope): Toast => ({
  type: toastTypes[Number(toastType)] ?? 'info',
  content: scope.words(toastContent),
});

/**
 * The toast after a request. A request of its own says something only where the template has a condition for success; a
 * chain of events has branches. `given` is the app's answer, whose values a chain may name (`event.cardData.…`).
 */
export function toastAfter(
  props: Props,
  scope: Scope,
  given: { answered: boolean; cardData: Props; cardPrivateData: Props },
): Toast | undefined {
  if (props.actionType === 'eventChain') return toastOfChain(props, scope, given);
  const asked = isRecord(props.successCondition) ? recordsOf(props.successCondition.conditions) : [];
  if (asked.length === 0) return undefined;
  const succeeded = given.answered && scope.holds(props.successCondition);
  const content = scope.words(succeeded ? props.successToast : props.failureToast);
  return content === '' ? undefined : { type: succeeded ? 'success' : 'error', content };
}

function toastOfChain(
  props: Props,
  scope: Scope,
  given: { answered: boolean; cardData: Props; cardPrivateData: Props },
): Toast | undefined {
  const chain = recordsOf(props.events).find(
    ({ event }) => isRecord(event) && event.actionType === 'request',
  );
  if (!chain || !isRecord(chain.callbacks)) return undefined;
  const branch = chain.callbacks[given.answered ? 'success' : 'failure'];
  if (!isRecord(branch)) return undefined;
  const answer = { event: { cardData: given.cardData, cardPrivateData: given.cardPrivateData } };
  const isLeft = !isRecord(branch.condition) || conditionHolds(branch.condition, answer);
  const next = isLeft ? branch.leftEvent : branch.rightEvent;
  const event = isRecord(next) && isRecord(next.event) ? next.event : {};
  if (event.actionType !== 'toast') return undefined;
  const toast = readToast(event, scope.with(answer));
  return toast.content === '' ? undefined : toast;
}

function conditionHolds(condition: Props, { event }: { event: Record<string, Props> }): boolean {
  const results = recordsOf(condition.conditions).map(({ eventData, op, value }) => {
    const [from = '', ...path] = String(eventData ?? '').split('.');
    const found = words(event[from]?.[path.join('.')]);
    return op === 'notEqual' ? found !== words(value) : op === 'equal' && found === words(value);
  });
  return condition.op === 'or' ? results.some(Boolean) : results.every(Boolean);
}
