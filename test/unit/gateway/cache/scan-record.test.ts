// Records cut out of their text: what is cut is what parsing gives, and what cannot be cut is left to parsing.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRecord, encodeRecord, FORMAT_VERSION } from '../../../../gateway/cache/codec.ts';
import { createFieldShapes } from '../../../../gateway/cache/field-shape.ts';
import { createRecordScanner, type RecordScanner } from '../../../../gateway/cache/scan-record.ts';
import { plain, product, productKey, slice } from './samples.ts';
import { anySlice } from './values.ts';

const record = fc.array(anySlice, { maxLength: 3 });
const shapes = createFieldShapes();
const scanner = (): RecordScanner => createRecordScanner(shapes, (cut) => cut);
const encode = (upc: string, slices: Parameters<typeof encodeRecord>[2]) => encodeRecord(shapes, product(upc), slices);

function expectSame(scan: RecordScanner, upc: string, text: string): void {
  const cut = scan(product(upc), text);
  if (cut === null) return;
  const parsed = decodeRecord(shapes, product(upc).text, text);
  expect(cut.map(plain)).toEqual(typeof parsed === 'string' ? parsed : parsed.map(plain));
}

describe('a record that is cut out of its text', () => {
  it('is what parsing gives, whatever it holds', () => {
    const scan = scanner();
    fc.assert(
      fc.property(fc.string(), record, (upc, slices) => expectSame(scan, upc, encode(upc, slices))),
      { numRuns: 3_000 },
    );
  });

  it('is what parsing gives when bits of it have flipped or it was cut off', () => {
    const scan = scanner();
    fc.assert(
      fc.property(fc.string(), record, fc.array(fc.nat(), { maxLength: 3 }), fc.nat(), (upc, slices, flips, cut) => {
        const bytes = Buffer.from(encode(upc, slices));
        for (const flip of flips) bytes[flip % bytes.length]! ^= 1 << (flip % 8);
        expectSame(scan, upc, bytes.toString());
        expectSame(scan, upc, bytes.subarray(0, cut % bytes.length).toString());
      }),
      { numRuns: 5_000 },
    );
  });

  it('is what parsing gives when it is any JSON at all', () => {
    const scan = scanner();
    const address = product(1).text;
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (any, slices) => {
        expectSame(scan, '1', JSON.stringify([FORMAT_VERSION, address, any, slices]));
        expectSame(
          scan,
          '1',
          JSON.stringify([FORMAT_VERSION, address, [['x']], [['log', 1, 1, 1, null, [], 0, [any]]]]),
        );
        expectSame(
          scan,
          '1',
          JSON.stringify([FORMAT_VERSION, address, [['x']], [['log', 1, any, 1, 'T', [any], 0, [1]]]]),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it('holds all that answers commonly hold: lists, objects, entities, escapes, numbers of every form', () => {
    const scan = scanner();
    const key = productKey('1');
    const fields = {
      name: '"a \\"quoted\\" name"',
      price: '1.5e-7',
      ok: 'true',
      none: null,
      nested: { kind: 'object', typename: 'T', fields: new Map([['a', ['1', null, '-2']]]) },
      reviews: [{ kind: 'entity', typename: 'Review', keyText: key }, []],
    } as const;
    const text = encode('1', [slice({ fields }), slice({ fields: null, tags: [] })]);
    // Twice: the second time its shapes are known.
    for (let time = 0; time < 2; time += 1)
      expect(scan(product(1), text)?.map(plain)).toEqual(
        [slice({ fields }), slice({ fields: null, tags: [] })].map(plain),
      );
  });

  it('is none of another record, though its text is', () => {
    const text = encode('1', [slice()]);
    expect(scanner()(product('12'), text)).toBe(null);
    expect(scanner()(product('2'), text)).toBe(null);
    expect(scanner()(product('1', 'variant'), text)).toBe(null);
  });

  it('never throws when it is nested deeper than the stack', () => {
    const deep = `${'[0,'.repeat(200_000)}1${']'.repeat(200_000)}`;
    const text = JSON.stringify([FORMAT_VERSION, product(1).text, [['x']], []]).slice(0, -3);
    expect(scanner()(product(1), `${text}[["log",1,1,1,null,[],0,[${deep}]]]]`)).toBe(null);
  });

  it('keeps its texts by themselves where it is told to', () => {
    const kept: string[] = [];
    const scan = createRecordScanner(shapes, (cut) => {
      kept.push(cut);
      return cut;
    });
    const entity = { kind: 'entity', typename: 'Review', keyText: productKey('9') } as const;
    scan(product(1), encode('1', [slice({ fields: { name: '"Table"', review: entity } })]));
    expect(kept).toEqual(['"Table"', productKey('9')]);
  });
});
