import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadArticles, loadCompany } from './content.js';

const articles = await loadArticles();
const company = await loadCompany();
const unique = (values: readonly string[]) => new Set(values).size === values.length;
/** What two questions have in common when only spaces, case and punctuation tell them apart. */
const plain = (question: string) => question.toLowerCase().replace(/[\s\p{P}]/gu, '');

test('the shop and the staff both have enough articles', () => {
  const count = (audience: string) => articles.filter((article) => article.audience === audience).length;
  assert.ok(count('customer') >= 36, `${count('customer')} for customers`);
  assert.ok(count('employee') >= 24, `${count('employee')} for employees`);
});

test('article ids are unique and say who the article is for', () => {
  assert.ok(unique(articles.map(({ id }) => id)));
  for (const { id, audience } of articles) {
    assert.match(id, audience === 'customer' ? /^shop-\d{3}$/ : /^staff-\d{3}$/);
  }
});

test('no question is asked twice, in the same or another article', () => {
  const seen = new Map<string, string>();
  for (const { id, question, similar } of articles) {
    for (const wording of [question, ...similar].map(plain)) {
      assert.equal(seen.get(wording), undefined, `${id} repeats "${wording}" of ${seen.get(wording)}`);
      seen.set(wording, id);
    }
  }
});

test('an answer fits a chat bubble and ends like a sentence', () => {
  for (const { id, answer } of articles) {
    assert.ok(answer.length >= 40 && answer.length <= 220, `${id}: ${answer.length} characters`);
    assert.match(answer, /[。）]$/, id);
    assert.doesNotMatch(answer, /<|\*\*|\{|\t|\n\n/, `${id} is not plain text`);
  }
});

test('the facts that several articles state are the same everywhere', () => {
  for (const { id, answer, audience } of articles) {
    for (const [phone] of answer.matchAll(/\d{3,4}-\d{3,4}-?\d{4}/g)) assert.equal(phone, company.phone, id);
    for (const [, days] of answer.matchAll(/(\d+) 天无理由/g)) assert.equal(days, '7', id);
    assert.doesNotMatch(
      answer,
      /申通|圆通|韵达|京东|百世|极兔/,
      `${id} names a courier the shop does not use`,
    );
    const hours = answer.match(/人工客服每天 ([\d:]+)–([\d:]+)/);
    if (hours) {
      const [from, to] = [hours[1], hours[2]].map((time) => time?.padStart(5, '0'));
      assert.deepEqual({ from, to }, company.serviceHours, id);
    }
    if (audience === 'customer')
      assert.doesNotMatch(answer, /分机|工作台|工牌/, `${id} tells customers of the house`);
  }
});

test('every role is there, and two agents to claim the same conversation', () => {
  const roles = company.members.map(({ role }) => role).sort();
  assert.deepEqual(roles, ['admin', 'agent', 'agent', 'employee', 'supervisor']);
  assert.ok(unique(company.members.map(({ id }) => id)));
  assert.ok(unique(company.members.map(({ name }) => name)));
});

test('queues are served by members who may answer, at a topic desk and one to one', () => {
  const answering = new Set(company.members.filter(({ role }) => role !== 'employee').map(({ id }) => id));
  for (const { code, members } of company.queues) {
    for (const member of members) assert.ok(answering.has(member), `${code}: ${member}`);
  }
  assert.ok(unique(company.queues.map(({ code }) => code)));
  const desks = company.queues.filter(({ audience }) => audience === 'customer').map(({ desk }) => desk);
  assert.deepEqual(desks.sort(), ['direct', 'topic']);
});

test('the queue for personal matters is confidential, internal and out of the customer agents’ sight', () => {
  const confidential = company.queues.filter((queue) => queue.confidential);
  assert.deepEqual(
    confidential.map(({ code, audience }) => ({ code, audience })),
    [{ code: 'HR', audience: 'employee' }],
  );
  const agents = company.members.filter(({ role }) => role === 'agent').map(({ id }) => id);
  assert.ok(confidential.every(({ members }) => !members.some((member) => agents.includes(member))));
});

test('customers come from six cities, with the names that break layouts', () => {
  const { customers } = company;
  assert.equal(customers.length, 6);
  assert.ok(unique(customers.map(({ id }) => id)));
  assert.ok(unique(customers.map(({ city }) => city)));
  assert.ok(customers.some(({ name }) => name.length >= 15 && !/\p{Emoji_Presentation}/u.test(name)));
  assert.ok(customers.some(({ name }) => /\p{Emoji_Presentation}/u.test(name)));
  assert.ok(customers.some(({ name }) => /^[A-Za-z ]+$/.test(name)));
  for (const { email } of customers) assert.match(email, /@example\.com$/);
});

test('orders are told apart, and a parcel exists exactly once an order has been sent', () => {
  const orders = company.customers.flatMap((customer) => customer.orders);
  assert.ok(unique(orders.map(({ number }) => number)));
  for (const { number, status, parcel } of orders) {
    assert.equal(parcel !== undefined, status !== 'unpaid' && status !== 'paid', number);
  }
});

test('what the robot suggests, it can answer word for word', () => {
  for (const audience of ['customer', 'employee'] as const) {
    const known = articles.filter((article) => article.audience === audience).map(({ question }) => question);
    for (const suggestion of company.robot[audience].suggestions)
      assert.ok(known.includes(suggestion), suggestion);
    assert.ok(company.robot[audience].welcome.includes(company.robot.name));
  }
});
