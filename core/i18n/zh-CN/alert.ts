/** What supervisors and admins are told of trouble that is nobody's conversation. */
export const alert = {
  workspace: '工作区',
  lasted: '中断',
  gap: '可能有消息没收到',
  gapTold:
    '与{workspace}的连接中断过。{from} 至 {to} 之间同事发给机器人的消息可能没有收到，请提醒大家核对，必要时重发。',
  taken: '机器人的连接被占用',
  takenTold: '有人在别处用同一个机器人建立了连接，这里已停止接收消息。确认那边不再使用后，可以重新连接。',
  reconnect: '重新连接',
  reconnecting: '正在重新连接，几秒后恢复。',
  quota: '本月消息推送额度已用完',
  quotaTold:
    '{workspace}本月的消息推送额度已用完，同事发给机器人的内容收不到了。请在管理后台升级或购买额度；恢复前请改用其他平台接待。',
  quotaLost: '本月的消息推送额度已用完，你刚才发的内容没有送达，已提醒管理员。请暂时改用其他平台。',
  quotaNear: '本月额度将用完',
  quotaNearTold:
    '{workspace}本月的额度已用掉 {percent}%，按通常的用法还够约 {left} 个会话。可以在管理后台升级或购买额度，发送 /用量 查看明细。',
  departed: '同事已离开，会话已退回队列',
  departedTold: '{name} 已不在通讯录中，TA 正在处理的 {count} 个会话已重新排队。',
} as const;
