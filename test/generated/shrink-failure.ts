// A failing case made small: whatever of the schemas and of the operation can go without the answer getting right, goes.

import { type ASTNode, type GraphQLSchema, Kind, parse, print, validate, visit } from 'graphql';
import { buildApiSchema } from '../../gateway/federation/api-schema.ts';
import { type Contestants, startContestants, type World } from './contestants.ts';
import { readGraphModel } from './graph-model.ts';
import { type Failure, questionsOf } from './run-world.ts';
import { supergraphOf } from './run-worlds.ts';
import { verdictOn } from './verdict.ts';

/** @param isOver what is reached by then is the result */
export async function shrinkFailure(failure: Failure, isOver: () => boolean): Promise<Failure> {
  let smallest = failure;
  const take = (smaller: Failure | null): boolean => {
    if (smaller !== null) smallest = smaller;
    return smaller !== null;
  };
  // What was asked before, then the operation: the supergraph stays, and is started once.
  const contestants = await startContestants(failure.world);
  try {
    const tries = (asked: Failure['asked']): Promise<Failure | null> => failsStill({ ...smallest, asked }, contestants);
    if (!take(await tries(smallest.asked.slice(-1)))) {
      for (let index = smallest.asked.length - 2; index >= 0 && !isOver(); index -= 1)
        take(await tries(smallest.asked.toSpliced(index, 1)));
    }
    const last = smallest.asked.at(-1);
    if (last !== undefined) {
      await shrinkText(last.query, isOver, async (query) =>
        take(await tries(smallest.asked.with(-1, { ...last, query }))),
      );
    }
  } finally {
    await contestants.stop();
  }
  const tries = async (world: World): Promise<boolean> => take(await failsInWorld({ ...smallest, world }));
  if (smallest.world.faultPercent > 0) await tries({ ...smallest.world, faultPercent: 0 });
  for (let index = smallest.world.subgraphs.length - 1; index >= 0 && !isOver(); index -= 1) {
    const { subgraphs } = smallest.world;
    const subgraph = subgraphs[index];
    if (subgraph === undefined || (await tries({ ...smallest.world, subgraphs: subgraphs.toSpliced(index, 1) })))
      continue;
    await shrinkText(subgraph.typeDefs, isOver, (typeDefs) =>
      tries({ ...smallest.world, subgraphs: smallest.world.subgraphs.with(index, { ...subgraph, typeDefs }) }),
    );
  }
  return smallest;
}

const REMOVABLE: ReadonlySet<string> = new Set([
  Kind.FIELD,
  Kind.INLINE_FRAGMENT,
  Kind.FRAGMENT_SPREAD,
  Kind.FRAGMENT_DEFINITION,
  Kind.DIRECTIVE,
  Kind.ARGUMENT,
  Kind.VARIABLE_DEFINITION,
  Kind.OBJECT_TYPE_DEFINITION,
  Kind.INTERFACE_TYPE_DEFINITION,
  Kind.UNION_TYPE_DEFINITION,
  Kind.FIELD_DEFINITION,
  Kind.INPUT_VALUE_DEFINITION,
  Kind.INPUT_OBJECT_TYPE_DEFINITION,
  Kind.ENUM_TYPE_DEFINITION,
  Kind.SCALAR_TYPE_DEFINITION,
]);

/** Takes one node away after the other, large ones first, until none can go. @param fails is it a case still? */
async function shrinkText(
  text: string,
  isOver: () => boolean,
  fails: (smaller: string) => Promise<boolean>,
): Promise<void> {
  let smallest = text;
  for (let wasSmaller = true; wasSmaller; ) {
    wasSmaller = false;
    for (let index = 0; !isOver(); ) {
      const smaller = withoutNode(smallest, index);
      if (smaller === null) break;
      if (await fails(smaller)) {
        smallest = smaller;
        wasSmaller = true;
      } else index += 1;
    }
  }
}

function withoutNode(text: string, index: number): string | null {
  const document = parse(text, { noLocation: true });
  const nodes: ASTNode[] = [];
  visit(document, {
    enter(node) {
      if (REMOVABLE.has(node.kind) && !print(node).includes('specs.apollo.dev')) nodes.push(node);
    },
  });
  const removed = nodes.map((node) => ({ node, size: print(node).length })).sort((one, other) => other.size - one.size)[
    index
  ]?.node;
  return removed === undefined
    ? null
    : print(visit(document, { enter: (node) => (node === removed ? null : undefined) }));
}

/** Most candidates do not compose, or have no such field: nobody is started for them. */
async function failsInWorld(candidate: Failure): Promise<Failure | null> {
  try {
    const supergraphSdl = supergraphOf(candidate.world.subgraphs);
    if (supergraphSdl === null || !areValid(candidate.asked, buildApiSchema(parse(supergraphSdl)))) return null;
    const world = { ...candidate.world, supergraphSdl };
    const contestants = await startContestants(world);
    try {
      return await failsStill({ ...candidate, world }, contestants);
    } finally {
      await contestants.stop();
    }
  } catch {
    return null;
  }
}

/** @returns the case as it fails now; null where it does not, fails otherwise, or is no case */
async function failsStill(candidate: Failure, contestants: Contestants): Promise<Failure | null> {
  const ours = contestants.ours.find(({ planner }) => planner === candidate.planner);
  const last = candidate.asked.at(-1);
  if (ours === undefined || last === undefined || !areValid(candidate.asked, contestants.schema)) return null;
  try {
    ours.forget(() => true);
    const model = readGraphModel(candidate.world.subgraphs);
    const [asked] = await questionsOf({ query: last.query, variables: [last.variables] }, model, contestants);
    if (asked === undefined) return null;
    let told = candidate.told;
    for (const { query, variables, how } of candidate.asked) told = await ours[how](query, variables);
    const sent = ours.takeSent();
    const verdict = await verdictOn(told, ours.planner, asked.question, (query) =>
      contestants.apollo(query, last.variables).catch((error: Error) => ({ threw: error.message })),
    );
    return verdict.kind === 'wrong' && verdict.why === candidate.why
      ? { ...candidate, told, question: asked.question, sent }
      : null;
  } catch {
    return null;
  }
}

function areValid(asked: Failure['asked'], schema: GraphQLSchema): boolean {
  try {
    return asked.every(({ query }) => validate(schema, parse(query)).length === 0);
  } catch {
    return false;
  }
}
