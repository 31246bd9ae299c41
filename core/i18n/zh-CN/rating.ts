/** Asking customers how it was. Scores run from 1 to 5. */
export const rating = {
  prompt: '您对本次服务满意吗？',
  promptInWords: '您对本次服务满意吗？请回复数字：5 非常满意，4 满意，3 一般，2 不满意，1 非常不满意。',
  'score.5': '非常满意',
  'score.4': '满意',
  'score.3': '一般',
  'score.2': '不满意',
  'score.1': '非常不满意',
  given: '您的评价：{score}',
  thanks: '感谢您的评价，祝您生活愉快。',
  thanksLow: '很抱歉没有让您满意，我们会认真改进。',
  askRemark: '方便的话，请告诉我们哪里可以做得更好。',
  thanksRemark: '您的意见我们收到了，谢谢您。',
  alreadyGiven: '您已经评价过了，谢谢。',
  expired: '评价已截止，感谢您的关注。',
} as const;
