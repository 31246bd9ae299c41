import { agentsDay } from './agents-day.js';

agentsDay({ im: 'dingtalk', customer: { id: 'li', name: '李泽楷', order: 'SY-100245' } });
