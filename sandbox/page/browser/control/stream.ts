import type { PlatformName } from '../platform.js';
import { eventShape, type StreamEvent } from './shapes.js';

const retryMs = 2000;

export interface Listener {
  event: (event: StreamEvent) => void;
  /** Called with false when the connection is lost, with true whenever it stands (again). */
  standing: (standing: boolean) => void;
}

/**
 * Listens to what a person may see in one platform's client. The browser itself comes back with `Last-Event-ID` after a lost connection; where it
 * gives up (an answer that is no stream), a new one is opened. After each gap the listener reads everything again.
 *
 * @returns a function that stops listening
 */
export function listen(who: { platform: PlatformName; as: string }, listener: Listener): () => void {
  let stopped = false;
  let source: EventSource;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const open = (): void => {
    source = new EventSource(`/control/stream?${new URLSearchParams({ ...who })}`);
    source.onopen = () => listener.standing(true);
    source.onmessage = ({ data }) => {
      const event = eventShape.safeParse(parse(data));
      if (event.success) listener.event(event.data);
    };
    source.onerror = () => {
      if (stopped) return;
      listener.standing(false);
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(open, retryMs);
    };
  };
  open();
  return () => {
    stopped = true;
    clearTimeout(timer);
    source.close();
  };
}

function parse(data: unknown): unknown {
  try {
    return JSON.parse(String(data));
  } catch {
    return null;
  }
}
