import type { CardView } from '../core/cards/card.js';
import type { Tone } from './adaptive.js';

type Urgency = 'calm' | 'soon' | 'late';

/** The colour of a whole card: what needs somebody shouts, what is in hand is calm, what is over is grey. */
export function cardTone({ template, data }: CardView): Tone {
  switch (template) {
    case 'desk':
      if (data.state === 'closed') return 'emphasis';
      return data.urgency === 'calm' && data.state === 'active'
        ? 'good'
        : urgencyTone(data.urgency, 'accent');
    case 'brief':
      return data.state === 'active' ? 'accent' : 'emphasis';
    case 'queue':
      return urgencyTone(mostUrgent(data.rows), data.rows.length === 0 ? 'good' : 'accent');
    case 'mine':
      return urgencyTone(mostUrgent(data.rows), 'accent');
    case 'choose':
      return ({ open: 'warning', sent: 'good', dropped: 'emphasis' } as const)[data.state];
    case 'answer':
      return data.found ? 'accent' : 'warning';
    case 'help':
      return 'accent';
    case 'waiting':
      return data.state === 'open' ? urgencyTone(data.urgency, 'accent') : 'emphasis';
    case 'transfer':
      return ({ open: 'accent', done: 'good', gone: 'emphasis' } as const)[data.state];
    case 'alert':
    case 'panel':
      return data.tone;
    case 'quota':
      return data.rows.find((row) => row.tone === 'attention')?.tone ?? 'accent';
    case 'rating':
      return ({ open: 'accent', given: 'good', expired: 'emphasis' } as const)[data.state];
  }
}

/** The colour of a row by its urgency, and of a line by who said it. */
export function rowTone(urgencyOrSide: unknown): Tone {
  switch (urgencyOrSide) {
    case 'late':
      return 'attention';
    case 'soon':
    case 'note':
      return 'warning';
    case 'customer':
      return 'accent';
    case 'agent':
      return 'good';
    default:
      return 'default';
  }
}

function urgencyTone(urgency: Urgency, calm: Tone): Tone {
  return urgency === 'calm' ? calm : rowTone(urgency);
}

function mostUrgent(rows: readonly { urgency: Urgency }[]): Urgency {
  if (rows.some(({ urgency }) => urgency === 'late')) return 'late';
  return rows.some(({ urgency }) => urgency === 'soon') ? 'soon' : 'calm';
}
