import { isRecord } from '../../kernel/shape.js';

/** An app's answer to a click. */
export interface Callback {
  toast?: { type: string; content: string };
  card?: unknown;
}

const toastTypes = ['info', 'success', 'error', 'warning'];

/** Reads the body of an answer; `error` says why the client could make nothing of it. Source: 卡片回传交互, 响应. */
export function readCallback(body: string): Callback | { error: string } {
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    return { error: body === '' ? 'the answer is empty; {} is the least' : 'the answer is not JSON' };
  }
  if (!isRecord(answer)) return { error: 'the answer is not an object' };
  const stray = Object.keys(answer).find((key) => key !== 'toast' && key !== 'card');
  if (stray !== undefined) return { error: `unknown field ${stray} beside toast and card` };
  const { toast, card } = answer;
  if (toast !== undefined && !isToast(toast))
    return { error: 'toast needs type (info, success, error, warning) and content' };
  if (card === undefined)
    return toast === undefined ? {} : { toast: { type: toast.type ?? 'info', content: toast.content } };
  if (!isRecord(card) || card.type !== 'raw' || !isRecord(card.data)) {
    return { error: 'card needs type "raw" and data (templates are not built in this sandbox)' };
  }
  return {
    ...(toast ? { toast: { type: toast.type ?? 'info', content: toast.content } } : {}),
    card: card.data,
  };
}

function isToast(value: unknown): value is { type?: string; content: string } {
  return (
    isRecord(value) &&
    typeof value.content === 'string' &&
    (value.type === undefined || toastTypes.some((type) => type === value.type))
  );
}
