/** What a bot answers by itself, before anybody has thought about it: to whoever works for the house. */
export const bot = {
  searching: '正在查询…',
  received: '已收到。如有回复，会另外发消息给你。',
  seeCard: '请看下面的卡片。',
  welcome: '你好，直接发消息就可以提问；发送 /帮助，看看还能做什么。',
} as const;
