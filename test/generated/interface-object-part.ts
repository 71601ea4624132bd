// An entity interface in one subgraph that others know as one object.

import type { Choose } from './choose.ts';
import { draftOf, type GraphPlan } from './graph-plan.ts';
import { type SdlDraft, typeIn } from './sdl-draft.ts';

const IMPLEMENTERS = ['Film', 'Song', 'Page'];

export function addInterfaceObject(plan: GraphPlan, choose: Choose): void {
  const [home, ...others] = [...plan.drafts.values()];
  if (home === undefined) return;
  const media = typeIn(home, 'Media', 'interface');
  media.directives.add('@key(fields: "id")');
  media.fields.set('id', { args: '', type: 'ID!', directives: '' });
  media.fields.set('title', { args: '', type: 'String', directives: '' });
  for (const name of choose.some(IMPLEMENTERS, 70, 1)) {
    const type = typeIn(home, name);
    type.interfaces.add('Media');
    type.directives.add('@key(fields: "id")');
    type.fields.set('id', { args: '', type: 'ID!', directives: '' });
    type.fields.set('title', { args: '', type: 'String', directives: '' });
    type.fields.set(`own${name}`, { args: '', type: 'Int', directives: '' });
    if (choose.chance(40))
      type.fields.set('next', { args: '', type: choose.from(['Media', name, '[Media]']), directives: '' });
    addRootField(home, choose.from([name, '[Media]']), choose);
  }
  addRootField(home, '[Media]', choose);
  // Of three, with links between them, Apollo's planner counts all ways until its memory ends.
  for (const other of choose.some(others, 50, 1).slice(0, 2)) addObject(draftOf(plan, other.name), choose);
}

function addObject(draft: SdlDraft, choose: Choose): void {
  const object = typeIn(draft, 'Media');
  object.directives.add('@interfaceObject').add('@key(fields: "id")');
  const set = (name: string, type: string, directives = '', args = '') =>
    object.fields.set(name, { args, type, directives });
  set('id', 'ID!');
  set(`rate${draft.name}`, choose.from(['Int', 'Int!', '[Int]']), '', choose.chance(30) ? '(n: Int = 1)' : '');
  if (choose.chance(40)) set(`link${draft.name}`, choose.from(['Media', '[Media]']));
  if (choose.chance(40)) {
    set('title', 'String', ' @external');
    set(`blurb${draft.name}`, 'String', ' @requires(fields: "title")');
  }
  if (choose.chance(60)) addRootField(draft, choose.from(['Media', '[Media]']), choose);
}

function addRootField(draft: SdlDraft, type: string, choose: Choose): void {
  const fields = typeIn(draft, draft.query).fields;
  fields.set(`media${draft.name}${fields.size}`, {
    args: '',
    type,
    directives: choose.chance(10) ? ' @tag(name: "m")' : '',
  });
}
