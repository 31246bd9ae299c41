/** Writes the card template that enterprises import into DingTalk's card editor: `npm run -s build && node dist/scripts/dingtalk-template.js`. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { cardTemplate } from '../cards/dingtalk/template.js';

const file = fileURLToPath(new URL('../../cards/dingtalk/templates/imdesk.json', import.meta.url));
await writeFile(file, cardTemplate());
console.log(file);
