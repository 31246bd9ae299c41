import { panel, type Shown } from '../cards/panel.js';
import { text } from '../i18n/texts.js';
import { partSchema } from './parts.js';
import { accountView, channelsView, platformsView, workspaceView } from './view-channels.js';
import { homeView, robotView } from './view-home.js';
import { membersView, memberView } from './view-members.js';
import { queueMembersView, queuesView, queueTimesView, queueView } from './view-queues.js';

/** Everything that is set up, on one card that turns over from the list to its parts. For administrators only. */
export const setupPanel = panel({
  name: 'setup',
  asked: partSchema,
  async view(looking, reader, part, operations): Promise<Shown | undefined> {
    const { locale } = looking.tenant;
    if (reader.role !== 'admin')
      return { title: text(locale, 'setup.title'), told: text(locale, 'setup.onlyAdmin') };
    const { installation } = operations;
    switch (part.part) {
      case 'home':
        return homeView(looking, installation);
      case 'members':
        return membersView(looking, part);
      case 'member':
        return memberView(looking, part);
      case 'queues':
        return queuesView(looking, part);
      case 'queue':
        return queueView(looking, part);
      case 'queueMembers':
        return queueMembersView(looking, part);
      case 'queueTimes':
        return queueTimesView(looking, part);
      case 'channels':
        return channelsView(looking, installation, part);
      case 'account':
        return accountView(looking, installation, part);
      case 'robot':
        return robotView(looking);
      case 'platforms':
        return platformsView(looking, installation, part);
      case 'workspace':
        return workspaceView(looking, installation, part);
    }
  },
});
