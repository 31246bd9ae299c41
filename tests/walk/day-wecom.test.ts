import { agentsDay } from './agents-day.js';

agentsDay({ im: 'wecom', customer: { id: 'emily', name: 'Emily Carter', order: 'SY-100239' } });
