/** What Feishu's client shows when a click came to nothing, by its error code. */
const words: Readonly<Record<number, string>> = {
  200080: '卡片已过期，无法再操作',
  200340: '应用未配置回调地址或未建立连接',
  200341: '目标回调服务未响应',
  200342: '无法连接目标回调服务',
  200343: '目标回调服务的域名无法解析',
  200530: '表单中有组件缺少名称',
  200671: '目标回调服务返回了错误状态',
  200672: '目标回调服务返回的内容格式错误',
  200673: '目标回调服务返回的卡片有误',
  200830: '卡片版本不一致，无法更新',
};

export const clickWords = (code: number): string => `${words[code] ?? '操作失败，请稍后再试'} (${code})`;
