// The fields that a selection asks of objects of one type: what stands under one response name is one of them.

import { type Directives, isNew, NO_DIRECTIVES, type Occurrence } from './directives.ts';
import type { Selected, Selection, SelectionRules } from './selection.ts';

export interface FieldDraft {
  readonly field: Extract<Selected, { kind: 'field' }>;
  readonly children: Selected[];
  readonly occurrences: Occurrence[];
  planned: boolean;
}

/** In the order in which they are met. @param typename null: not known, only what is asked of the declared type applies */
export function draftFields(
  selection: Pick<Selection, 'selected' | 'parentType'>,
  typename: string | null,
  rules: Pick<SelectionRules, 'isSubtype'>,
): readonly FieldDraft[] {
  const drafts = new Map<string, FieldDraft>();
  const applies = (condition: string | null): boolean =>
    condition === null ||
    (typename === null
      ? condition === selection.parentType
      : condition === typename || rules.isSubtype(condition, typename));
  const collect = (selected: readonly Selected[], around: readonly Directives[]): void => {
    for (const item of selected) {
      if (item.kind === 'field') add(item, around, drafts);
      else if (applies(item.typename)) {
        collect(item.children, item.directives === NO_DIRECTIVES ? around : [...around, item.directives]);
      }
    }
  };
  collect(selection.selected, []);
  return [...drafts.values()];
}

function add(field: FieldDraft['field'], around: readonly Directives[], drafts: Map<string, FieldDraft>): void {
  const { responseName, planned, directives: own } = field;
  const children = field.children ?? [];
  const occurrence = { around, own };
  const draft = drafts.get(responseName);
  if (draft === undefined) {
    drafts.set(responseName, { field, children: [...children], occurrences: [occurrence], planned });
    return;
  }
  if (isNew(occurrence, draft.occurrences)) draft.occurrences.push(occurrence);
  draft.children.push(...children);
  draft.planned ||= planned;
}
