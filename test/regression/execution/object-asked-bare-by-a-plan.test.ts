// Hive's planner asks for an object and for nothing of it: `f4 f2 f5`, where `f5` is lists of lists of objects.

import { it } from 'vitest';
import { expectRight } from '../../generated/expect-right.ts';

const SUBGRAPHS = [
  {
    name: 'a',
    typeDefs: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requires", "@provides", "@external", "@shareable", "@override", "@tag", "@interfaceObject", "@inaccessible"])

type Bee @key(fields: "id") @key(fields: "code") @key(fields: "serial spot { x }") {
  id: ID!
  code: String!
  serial: Int!
  spot: Spot!
  f2: [[String]] @shareable
  f4: [ID!]
  f5: [[Bee!]!] @shareable
  f3: [Ant] @external
  ra: String @requires(fields: "f3 { id }")
}

type Spot {
  x: Int!
}

type Ant @key(fields: "id") {
  id: ID!
}`,
  },
  {
    name: 'b',
    typeDefs: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requires", "@provides", "@external", "@shareable", "@override", "@tag", "@interfaceObject", "@inaccessible"])

type Ant @key(fields: "id") {
  id: ID!
  f4: Bee!
}

type Bee @key(fields: "id") {
  id: ID!
}`,
  },
  {
    name: 'c',
    typeDefs: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requires", "@provides", "@external", "@shareable", "@override", "@tag", "@interfaceObject", "@inaccessible"])

type Ant @key(fields: "id") {
  id: ID!
  f0: Box
}

type Bee @key(fields: "id") {
  id: ID!
  code: String! @shareable
  serial: Int! @shareable
  spot: Spot! @shareable
  f0: Tone!
  f5: [[Bee!]!] @shareable
  f2: [[String]] @external
}

type Spot @shareable {
  x: Int!
}

type Box @shareable {
  p: Int
}

enum Tone {
  RED
  LOUD
}

type Query {
  qc0: [Bee!]
  pc: [[Bee]] @provides(fields: "f2")
}`,
  },
  {
    name: 'd',
    typeDefs: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requires", "@provides", "@external", "@shareable", "@override", "@tag", "@interfaceObject", "@inaccessible"])

type Ant @key(fields: "id") {
  id: ID!
  f0: Box @external
  f4: Bee! @external
  rd: String! @requires(fields: "f0 { p } f4 { f2 }")
}

type Bee @key(fields: "id") @key(fields: "serial spot { x }") {
  id: ID!
  serial: Int!
  spot: Spot!
  f3: [Ant]
  f2: [[String]] @external
  f0: Tone! @external
  f4: [ID!] @external
  rd(n: Int = 4): String @requires(fields: "f0 f4")
}

type Spot {
  x: Int!
}

type Box @shareable {
  p: Int
}

enum Tone {
  RED
  BLUE
  SOFT
}`,
  },
];

it('is asked for with what is wanted of it, or left to the other planner', () =>
  expectRight({ seed: 310, faultPercent: 0, unknownPercent: 0, lifetimesMs: [3600000] }, SUBGRAPHS, 'hive', [
    {
      how: 'uncached',
      query: `query Q($v0: Int) {
  ... {
    b: qc0 {
      f2
      rd_500: rd(n: $v0)
      ...F0
    }
  }
  ...F1
}

fragment F0 on Bee {
  f5 {
    ra
    f0
  }
}

fragment F1 on Query {
  t: __typename
}`,
      variables: { v0: 2 },
    },
  ]));
