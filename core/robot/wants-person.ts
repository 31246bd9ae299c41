/**
 * Whether a customer asks for a person. "转人工" must never be missed, and a word for it inside another question
 * (人工费多少, 不用转人工了) must not end the robot's turn. So a clause counts only if it is a request as a whole, or holds an
 * unmistakable one and asks nothing about it. Where clauses disagree the last one is meant: 转人工……算了，不用转人工了.
 */
export function wantsPerson(text: string): boolean {
  return clausesOf(text)
    .map(wish)
    .reduce<boolean>((before, now) => now ?? before, false);
}

/** Whether that is all they say, so that it tells nobody what it is about. */
export function onlyWantsPerson(text: string): boolean {
  const clauses = clausesOf(text);
  return clauses.length > 0 && clauses.every(wish);
}

/** A longer clause tells a story; nobody calls for help in one. */
const clauseMax = 60;
const han = /\p{Script=Han}/u;

function clausesOf(text: string): string[] {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}' ]+/u)
    .flatMap((part) => (han.test(part) ? apart(simplified(part)) : [part.trim()]))
    .filter((clause) => clause !== '' && clause.length <= clauseMax);
}

/** Chinese clauses end at a space too, unless the spaces only part its characters (转 人 工). */
function apart(chinese: string): string[] {
  const words = chinese.trim().split(/\s+/);
  return words.every((word) => [...word].length === 1) ? [words.join('')] : words;
}

/** Only the characters these rules speak of. */
const traditional = new Map(
  '轉转 請请 線线 們们 幫帮 給给 聯联 繫系 絡络 個个 處处 還还 讓让 機机 謝谢 話话 對对 訴诉 務务 員员 專专 絕绝 與与 來来 沒没 無无 幾几 煩烦 麼么 嗎吗 時时 為为 馬马 趕赶 現现 換换 別别 費费 問问 見见 決决 應应 誰谁 類类 聽听'
    .split(' ')
    .map(([from = '', to = '']) => [from, to] as const),
);
const simplified = (text: string) =>
  [...text].map((character) => traditional.get(character) ?? character).join('');

/** @returns undefined when the clause says nothing of it */
function wish(clause: string): boolean | undefined {
  if (!han.test(clause)) return asksInEnglish(clause) ? true : undefined;
  if (refusal.test(clause)) return false;
  if (request.test(clause) || refusesRobot.test(clause)) return true;
  return unmistakable.test(clause) && !asksAboutIt.test(clause) ? true : undefined;
}

const oneOf = (words: string) => `(?:${words.split(' ').join('|')})`;

const person = `(?:${oneOf('人工 真人 活人 人类')}(?:在线)?${oneOf('客服 服务 坐席 座席 专员 热线 通道')}?|(?:在线)?客服|agent)${oneOf('人员 专员 代表 小姐姐 小哥哥')}?`;
const calling = oneOf(
  '转 转接 转到 转至 转成 转给 接 接入 接通 接到 切换 切换到 换 换成 换到 找 找到 要 叫 喊 来 呼叫 召唤 联系 联络 请 安排 需要 有 有没有 和 跟 与',
);
const before = oneOf(
  '我 我们 你 你们 你们的 您 想 想要 要 需要 必须 能 能不能 能否 可以 可不可以 可否 不可以 帮 帮忙 给 请 请问 麻烦 劳驾 快 快点 赶紧 赶快 马上 立刻 立即 直接 现在 就 只 还是 那 那就 算 算了 好 好吧 行 亲 喂 你好 您好 投诉 怎么 怎么才 如何 怎样 咋 到底 一下 下 个 一个 位 再 都 换 先 替 让 叫 机器人',
);
const after = oneOf(
  '吗 呢 啊 呀 吧 嘛 么 哦 啦 了 的 哈 谢谢 可以 行不行 好不好 好吗 在 在不在 在线 在哪 在哪里 来 出来 说话 对话 沟通 聊 聊聊 谈 谈谈 帮我 处理 解决 投诉 反映 反馈 咨询 服务 接待 接听 一下 快 快点 急 please',
);
const request = new RegExp(
  `^${before}{0,8}(?:${calling}{0,2}${oneOf('个 一个 位 一位 名 一名 一下 下 你们 你们的')}?${person}){1,4}${after}{0,6}$`,
  'u',
);

/** A verb that is used of nothing else, and not 人工 as part of another word. */
const unmistakable =
  /(?:(?:转(?:接|到|至|成|给)?|接入|接通|切换?到)(?:一?[个位名下])?(?:你们的?)?(?:人工(?!费|智能|湖|的?成本|降雨|呼吸)|真人|活人|客服)|不了人工)/u;
const asksAboutIt =
  /多久|多少|几点|什么时候|收费|要钱|费用|什么意思|是什么|为什么要|之后|以后|的时候|时间|说过|昨天|上次|刚才.*了/u;

const refusal = new RegExp(
  `${oneOf('不用 不要 不需 不需要 无需 不必 用不着 别 不想 不想要 先不 没说 没说要 没要 没让 取消 拒绝 不是')}${oneOf('给我 帮我 再 要 了')}{0,4}${calling}?(?:一?[个位])?${oneOf('人工 真人 客服')}`,
  'u',
);
const refusesRobot =
  /^(?:我们?)?(?:不要|不想?要?|别|讨厌|拒绝)再?(?:跟|和|与|用|给我)?你?这?个?(?:智能|自动)?机器人(?:聊天?|说话?|沟通|对话|回复|回答|了|客服){0,4}$/u;

const people = 'human humans agent agents representative rep operator person staff';
const helpers = 'someone somebody service support';
const requestWords = new Set(
  (
    `${people} ${helpers} please pls plz can could may would i we you want need like wanna to a an the any some with speak ` +
    'speaking talk chat connect transfer get give me my us through over real live actual customer now here hi hello hey let ' +
    "call is there just i'd id in help from contact"
  ).split(' '),
);

/** Every word belongs to such a request, and one of them is a person; "support" alone may be any question's title. */
function asksInEnglish(clause: string): boolean {
  const words = clause.split(/\s+/);
  if (!words.every((word) => requestWords.has(word))) return false;
  const named = (list: string) => words.some((word) => list.split(' ').includes(word));
  return named(people) || (named(helpers) && words.length > 1);
}
