/** WeCom grants a self-built app nothing by name: these are the places of its page where it is let in. */
export const wecomScopes = ['可见范围', '接收消息', '企业可信IP', '可信域名'] as const;
