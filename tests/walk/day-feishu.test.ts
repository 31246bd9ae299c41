import { agentsDay } from './agents-day.js';

agentsDay({ im: 'feishu', customer: { id: 'wang', name: '王雨桐', order: 'SY-100231' } });
