export type SmallTalk = 'greeting' | 'thanks' | 'bye';

/**
 * What a message that is nothing but courtesy amounts to; undefined as soon as anything else is in it (你好，怎么退货).
 * A bare 好的 or 知道了 counts as thanks: it wants no more than a kind word.
 */
export function smallTalk(text: string): SmallTalk | undefined {
  const words = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
  if (words === '' || words.length > lengthMax) return undefined;
  const found = new Set<SmallTalk | 'filler'>();
  for (let at = 0; at < words.length; ) {
    const next = longestFirst.find(([word]) => words.startsWith(word, at));
    if (!next) return undefined;
    found.add(next[1]);
    at += next[0].length;
  }
  return kinds.find((kind) => found.has(kind));
}

/** Hearts, thumbs, flowers and smiles, as signs and as the names that some channels write them by. */
const kindSigns =
  /[👍👌🙏❤🧡💛💚💙💜💕😊😄😁🙂☺😃😀🌹💐🤝👏✅🌞🥰😘]|\[(?:强|OK|好的|玫瑰|抱拳|合十|微笑|愉快|呲牙|憨笑|握手|鼓掌|爱心|拥抱|太阳|咖啡|赞|比心|鲜花|胜利|谢谢|强壮)\]/giu;

/**
 * Whether a message asks for nothing: thanks, a goodbye or a bare 好的, with or without kind signs, or nothing but those.
 * Whatever asks (好的？), greets anew (你好, 在吗) or says anything else is no courtesy.
 */
export function isCourtesy(text: string): boolean {
  const words = text
    .normalize('NFKC')
    .replace(kindSigns, '')
    .replace(/[\u{1f3fb}-\u{1f3ff}\ufe0f\u200d]/gu, '');
  if (words.includes('?')) return false;
  const talk = smallTalk(words);
  if (talk !== undefined) return talk !== 'greeting';
  return words.length < text.normalize('NFKC').length && !/[\p{L}\p{N}\p{Emoji_Presentation}]/u.test(words);
}

/** Said together, the last thing meant decides: 谢谢，再见 is a goodbye. */
const kinds: readonly SmallTalk[] = ['bye', 'thanks', 'greeting'];
const lengthMax = 40;

const vocabulary = {
  greeting:
    '你好 您好 你们好 大家好 妳好 nihao hi hello hey hallo halo 嗨 哈喽 哈啰 哈罗 哈囉 嘿 在吗 在嗎 在么 在嘛 在不 在不在 在没 在没在 有人吗 有人嗎 ' +
    '有人么 有人在吗 有人不 有没有人 早 早安 早上好 上午好 中午好 午安 下午好 晚上好 goodmorning goodafternoon goodevening 新年好 节日好',
  thanks:
    '谢谢 謝謝 谢 谢了 谢啦 谢过 感谢 感謝 多谢 多謝 thx thanks thank thankyou ty 3q 3ks 辛苦 辛苦了 麻烦你了 麻烦您了 劳驾 有心了 ' +
    '好的 好滴 好哒 好嘞 好吧 好 嗯 嗯嗯 恩 哦 噢 ok okay okk 行 可以 收到 知道了 知道啦 我知道了 明白 明白了 明白啦 了解 了解了 懂了 清楚了 got gotit',
  bye:
    '再见 再會 再見 拜拜 拜 bye byebye goodbye 88 886 回见 回头见 回聊 晚安 goodnight 先这样 就这样 就这样吧 没事了 没别的了 没有了 没有别的了 没问题了 ' +
    '没有问题了 没有其他问题了 没其他问题了 没有别的问题了 没什么了 不打扰了',
  filler:
    '亲 亲爱的 客服 小姐姐 老板 店家 你们 您们 你 您 大家 了 啦 呀 啊 哈 哈哈 呢 哦 噢 喔 吧 嘛 诶 哎 唉 呵呵 那 那就 非常 十分 太 真是 真的 很 so much very you all the 朋友 一下 各位',
} as const;

const longestFirst = Object.entries({
  ...wordsOf('filler'),
  ...wordsOf('greeting'),
  ...wordsOf('thanks'),
  ...wordsOf('bye'),
}).sort(([a], [b]) => b.length - a.length);

function wordsOf(kind: keyof typeof vocabulary): Record<string, SmallTalk | 'filler'> {
  return Object.fromEntries(vocabulary[kind].split(' ').map((word) => [word, kind]));
}
