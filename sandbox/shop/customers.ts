import type { Table } from '../kernel/journal.js';
import { dictionary, list, number, object, optional, type Shaped, text } from '../kernel/shape.js';

const id = text({ min: 1, max: 100 });

const orderShape = object({
  number: id,
  placedDaysAgo: number,
  items: list(object({ name: id, quantity: number, priceFen: number })),
  status: id,
  parcel: optional(object({ courier: text(), trackingNumber: text() })),
});

const customerShape = object({
  id,
  name: id,
  /** The widget's account for this customer, where it is not the shop's. */
  account: optional(id),
  orders: optional(list(orderShape)),
  email: optional(id),
  /** What the shop knows of them besides, by its label. */
  attributes: optional(dictionary(id)),
});

export const shopShape = object({
  name: id,
  /** `color` is the shop's own, for the widget's button before the widget knows its account. */
  widget: optional(
    object({ scriptUrl: id, account: id, identitySecret: text({ min: 1 }), color: optional(id) }),
  ),
  customers: optional(list(customerShape)),
});

export type Shop = Shaped<typeof shopShape>;
export type Customer = Shaped<typeof customerShape>;
export type Order = Shaped<typeof orderShape>;

/** Merges a shop from a world file into the one known before; customers stay. */
export function loadShop(table: Table<Shop>, given: unknown): void {
  const shop = shopShape(given, 'shop');
  const known = table.get('shop');
  const customers = new Map(
    [...(known?.customers ?? []), ...(shop.customers ?? [])].map((each) => [each.id, each]),
  );
  const merged = {
    name: shop.name,
    widget: shop.widget ?? known?.widget,
    customers: [...customers.values()],
  };
  if (JSON.stringify(known) !== JSON.stringify(merged)) table.put('shop', merged);
}

/** The shop without its secret. */
export function describeShop(shop: Shop | undefined): Record<string, unknown> | null {
  if (!shop) return null;
  return { name: shop.name, customers: shop.customers ?? [], scriptUrl: shop.widget?.scriptUrl };
}
