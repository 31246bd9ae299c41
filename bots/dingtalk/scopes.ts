/** What the app has to be granted, as DingTalk's console calls it. The last is for pages that members log in to. */
export const dingtalkScopes = [
  'qyapi_robot_sendmsg',
  'Card.Instance.Write',
  'qyapi_base',
  'qyapi_get_member',
  'qyapi_get_department_list',
  'Contact.User.Read',
] as const;

export const dingtalkEvents = ['user_add_org', 'user_modify_org', 'user_leave_org'] as const;
