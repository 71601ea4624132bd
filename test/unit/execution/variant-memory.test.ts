// Variants outlive the operations that they were made for: what one holds on to must be what its size counts.

import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parse } from 'graphql';
import { expect, it } from 'vitest';
import { compileOperation, type OperationVariant } from '../../../gateway/execution/compile-operation.ts';
import { createKeptVariants } from '../../../gateway/execution/kept-variants.ts';
import { prepareSupergraph, type Supergraph } from '../../../gateway/federation/supergraph.ts';
import { composedLocally } from '../../support/composed.ts';
import { subgraph } from './subgraph.ts';

const RULES = { isInline: () => false, isPrecise: () => false, shapeOf: () => '' };

/** One variant, and the text that its operation came with. */
async function compiled(supergraph: Supergraph): Promise<{ variant: OperationVariant; source: WeakRef<object> }> {
  const document = parse('{ ...F } fragment F on Query { name } # a comment');
  const { isSubtype } = supergraph.facts;
  const memo = createKeptVariants<OperationVariant>(1_000_000).forOne();
  const operation = await compileOperation(document, null, supergraph, { ...RULES, isSubtype }, memo);
  const variant = await operation.variant({});
  variant.verbatim();
  variant.direct();
  if (document.loc === undefined) throw new Error('expected a document with locations');
  return { variant, source: new WeakRef(document.loc.source) };
}

it('a variant does not hold on to the text of its operation, which may be comments without end', async () => {
  const supergraph = await prepareSupergraph(composedLocally([subgraph('a', 'type Query { name: String }')]), {
    authorization: 'refuse',
  });
  try {
    const { variant, source } = await compiled(supergraph);
    // Until the next turn of the event loop whatever was looked at through a WeakRef is held.
    await setImmediate();
    setFlagsFromString('--expose-gc');
    runInNewContext('gc')();
    expect(source.deref()).toBeUndefined();
    expect(variant.size).toBeGreaterThan(0);
  } finally {
    supergraph.close();
  }
});
