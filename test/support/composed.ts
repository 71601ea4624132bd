// A supergraph composed for a test: whatever the composer has against it ends the test.
import { composeSupergraph, type SubgraphSource } from '../../gateway/federation/compose.ts';

/** @returns the supergraph's SDL. @throws {Error} with all messages of the composer */
export function composed(subgraphs: readonly SubgraphSource[]): string {
  const { supergraphSdl, errors } = composeSupergraph(subgraphs);
  if (errors) throw new Error(errors.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

/** Of subgraphs that nobody reaches by their URL. */
export const composedLocally = (subgraphs: readonly { readonly name: string; readonly typeDefs: string }[]): string =>
  composed(subgraphs.map(({ name, typeDefs }) => ({ name, url: `http://${name}.test`, sdl: typeDefs })));
