import fc from 'fast-check';
import { parse } from 'graphql';
import { composeSupergraph } from '../../../gateway/federation/compose.ts';
import { buildApiSchema } from '../../../gateway/federation/api-schema.ts';
import { startBothExecutors } from './both-executors.ts';
import { createRandom } from './expect-same.ts';
import { GRAPHS } from './generated-graphs.ts';
import { operations } from './generate-operation.ts';
export const VALUES = { Int: [0, 1, 2], ID: ['1', '2', '4', 'b1', 'w1', 'r1', '9'], String: ['en', 'kg'], Boolean: [true, false] };
const [, , name = 'shop', seedText = '1', runs = '100', opsText = '3'] = process.argv;
const seed = Number(seedText);
const subgraphs = GRAPHS[name]!();
const composed = composeSupergraph(subgraphs.map(({ name, typeDefs }) => ({ name, url: 'http://x', sdl: typeDefs })));
if (composed.errors) { console.error(composed.errors.map((e) => e.message).join('\n')); process.exit(1); }
const schema = buildApiSchema(parse(composed.supergraphSdl));
const both = await startBothExecutors(subgraphs);
let count = 0;
let dropRandom = createRandom(1);
const sortKeys = (v: unknown): unknown => Array.isArray(v) ? v.map(sortKeys) : v && typeof v === 'object' ? Object.fromEntries(Object.entries(v).sort(([a],[b]) => a < b ? -1 : 1).map(([k, x]) => [k, sortKeys(x)])) : v;
const uniq = (t: any) => ({ ...t, errors: [...new Set(t.errors)] });
const text = (t: any) => JSON.stringify(sortKeys({ data: t.data ?? null, errors: process.env.NOERR ? t.errors.length > 0 : [...new Set((t.errors as string[]).map((e) => { const j = JSON.parse(e); return j.message; }))].sort(), extensions: t.extensions }));
const order = process.env.ORDER === '1';
async function check(op: any, when: string) {
  const apollo = await both.apollo(op.query, op.variables).catch((e) => { throw new Error('APOLLO ' + e.stack); });
  count++;
  const from = both.sent.length;
  const ours = await both.ours(op.query, op.variables).catch((e) => ({ data: 'THREW ' + e.stack, errors: [], extensions: null }));
  const sent = both.sent.slice(from).map((r) => `  ${r.subgraph}: ${r.query} ${JSON.stringify(r.variables)}`).join('\n');
  const [a, o] = [text(apollo), text(ours)];
  if (a !== o || (order && JSON.stringify(ours.data) !== JSON.stringify(apollo.data)))
    throw new Error(`${when}\n${op.query}\n${JSON.stringify(op.variables)}\nours   ${JSON.stringify(ours)}\napollo ${JSON.stringify(apollo)}\nsent:\n${sent}`);
}
const result = await fc.check(fc.asyncProperty(fc.array(operations(schema, VALUES), { minLength: 1, maxLength: Number(opsText) }), fc.integer({ min: 1, max: 1000 }), async (ops, s) => {
  const random = createRandom(s);
  both.forgetAll();
  for (const op of ops) { await check(op, 'interleaved ' + ops.indexOf(op)); }
  for (const op of ops) { await check(op, 'warm'); }
  for (let i = 0; i < 2; i++) { both.forget(() => random() < 0.3); for (const op of ops) await check(op, 'after drops'); }
}), { seed, numRuns: Number(runs), endOnFailure: false, timeout: 60000, interruptAfterTimeLimit: Number(process.env.LIMIT ?? 60000) });
console.log(name, seed, 'checks', count, 'runs', result.numRuns, 'failed', result.failed, 'skips', result.numSkips, 'shrinks', result.numShrinks);
if (result.failed) { console.log(String(result.errorInstance?.message ?? result.error).slice(0, 6000)); console.log('COUNTER', JSON.stringify(result.counterexample, null, 1)); }
await both.stop();
