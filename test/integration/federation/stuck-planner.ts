// A planner's process for tests: it never ends with a document that begins with `stuck`, ends itself with `crash`, refuses `bad`, plans nothing for any other.
import { hostPlanner } from '../../../gateway/federation/planner-host.ts';

hostPlanner(() => ({
  async plan(document) {
    if (document === 'crash') process.exit(7);
    if (document === 'bad') throw new Error('in words of its own');
    while (document.startsWith('stuck'));
    return { node: null };
  },
}));
