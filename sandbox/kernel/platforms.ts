/** The platforms that have a stand-in, in the order in which a request is offered to them. */
export const platformNames = ['feishu', 'dingtalk', 'wecom'] as const;
export type PlatformName = (typeof platformNames)[number];

/** The channels that have one: where customers write. */
export const channelNames = ['wechat-official', 'email'] as const;
export type ChannelName = (typeof channelNames)[number];

export type StandInName = PlatformName | ChannelName;
