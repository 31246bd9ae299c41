/** What colleagues do in a channel's own app, past Imdesk. */
export const elsewhere = {
  reason: '同事已在渠道自己的应用里接待',
  somebody: '同事',
  taken: '{by} 已在渠道自己的应用里接待这位客户。会话在那里结束之前，从这里发出的消息会被渠道拒绝。',
  ended: '{by} 已在渠道自己的应用里结束会话，客户再次来信后可从这里回复。',
} as const;
