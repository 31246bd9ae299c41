import { Misshapen, number, object, oneOf, optional, type Shape, text } from '../kernel/shape.js';
import type { PhoneAct } from './view.js';

const id = text({ min: 1, max: 300 });
const words = text({ min: 1, max: 100_000 });

const acts: { [Name in PhoneAct['do']]: Shape<PhoneAct> } = {
  say: as('say', object({ text: words })),
  send: as(
    'send',
    object({
      type: oneOf('image', 'voice', 'video', 'file'),
      name: id,
      base64: text({ min: 1 }),
      text: optional(words),
    }),
  ),
  locate: as('locate', object({ latitude: number, longitude: number, name: id })),
  choose: as('choose', object({ item: id, id, label: words })),
  menu: as('menu', object({ key: id })),
  gate: as('gate', object({})),
  action: as('action', object({ key: id })),
};

function as<Name extends PhoneAct['do'], Fields extends object>(
  name: Name,
  fields: Shape<Fields>,
): Shape<{ do: Name } & Fields> {
  return (value, path) => ({ do: name, ...fields(value, path) });
}

const names = object({ do: oneOf('say', 'send', 'locate', 'choose', 'menu', 'gate', 'action') });

/** Reads what a phone posted. @throws Misshapen */
export function phoneAct(body: Buffer): PhoneAct {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw new Misshapen('', 'the body is not valid JSON');
  }
  return acts[names(value, '').do](value, '');
}
