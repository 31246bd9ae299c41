/** What colleagues do in a channel's own app, past Imdesk. */
export const elsewhere = {
  reason: 'A colleague answers in the channel’s own app',
  somebody: 'A colleague',
  taken:
    '{by} answers this customer in the channel’s own app. Until the session ends there, the channel refuses what is sent from here.',
  ended:
    '{by} ended the session in the channel’s own app. Once the customer writes again, you can reply from here.',
} as const;
