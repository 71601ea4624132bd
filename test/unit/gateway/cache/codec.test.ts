// The text of a record: what is written is read back as it was, and what was not written so is never taken for a record.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRecord, encodeRecord, FORMAT_VERSION } from '../../../../gateway/cache/codec.ts';
import { createFieldShapes } from '../../../../gateway/cache/field-shape.ts';
import { plain, slice } from './samples.ts';
import { anySlice } from './values.ts';

const record = fc.array(anySlice, { maxLength: 4 });
const encode = (address: string, slices: Parameters<typeof encodeRecord>[2]) =>
  encodeRecord(createFieldShapes(), { text: address, keyText: '' }, slices);
const decode = (address: string, text: string) => decodeRecord(createFieldShapes(), address, text);

describe('a record as text', () => {
  it('is read back as it was written, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string(), record, (address, slices) => {
        const read = decode(address, encode(address, slices));
        expect(typeof read === 'string' ? read : read.map(plain)).toEqual(slices.map(plain));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is the same text again when what was read is written', () => {
    fc.assert(
      fc.property(fc.string(), record, (address, slices) => {
        const text = encode(address, slices);
        const read = decode(address, text);
        expect(typeof read === 'string' ? read : encode(address, read)).toBe(text);
      }),
    );
  });

  it('survives UTF-8, which shards speak', () => {
    fc.assert(
      fc.property(record, (slices) => {
        const text = encode('a', slices);
        expect(Buffer.from(text, 'utf8').toString('utf8')).toBe(text);
      }),
    );
  });

  it('is one JSON document that repeats field names once for each shape', () => {
    const price = {
      kind: 'object',
      typename: 'Money',
      fields: new Map([
        ['amount', '1'],
        ['currency', '"EUR"'],
      ]),
    } as const;
    const text = encode('a', [slice({ fields: { offers: [price, price, price] } })]);
    expect(JSON.parse(text)).toBeTruthy();
    expect(text.split('currency')).toHaveLength(2);
  });

  it('tells a custom scalar that is a list or an object from lists and objects', () => {
    const scalars = { list: '[0,1]', object: '{"kind":"entity"}', real: ['[0,1]', ['1']] } as const;
    const [read] = decode('a', encode('a', [slice({ fields: scalars })]));
    expect(typeof read === 'object' && new Map(read.fields)).toEqual(new Map(Object.entries(scalars)));
  });
});

describe('a text that is not the record', () => {
  const text = encode('the address', [slice({ fields: { name: '"Table"', tags: ['1', null] } })]);

  it('is refused with its reason', () => {
    expect(decode('another address', text)).toBe('other-record');
    expect(decode('the address', text.replace(`[${FORMAT_VERSION},`, `[${FORMAT_VERSION + 1},`))).toBe('version');
    for (const broken of ['', '{', 'null', '[]', '{"a":1}', '[1]', `${text}x`]) {
      expect(decode('the address', broken)).toBe('malformed');
    }
  });

  it('is refused when any of its parts has another kind than it should', () => {
    const break_ = (from: string, to: string) => {
      expect(text).toContain(from);
      return decode('the address', text.replace(from, to));
    };
    expect(break_('"log",0', '"log","0"')).toBe('malformed');
    expect(break_('"log",0', '5,0')).toBe('malformed');
    expect(break_('["any/catalog"]', '"any/catalog"')).toBe('malformed');
    expect(break_('"Table"', '{"a":1}')).toBe('malformed');
    expect(break_('"Table"', '1e999')).toBe('malformed');
    expect(break_('"Table"', '[9,1]')).toBe('malformed');
    expect(break_('"Table"', '[3,1]')).toBe('malformed');
    expect(break_('"Table"', '[1,"T",7]')).toBe('malformed');
    expect(break_('"Table",', '')).toBe('malformed');
    expect(break_('["name","tags"]', '["name","name"]')).toBe('malformed');
    expect(break_('["name","tags"]', '["name"]')).toBe('malformed');
  });

  it('never throws when it was cut off, and is never taken for a record', () => {
    fc.assert(
      fc.property(fc.string(), record, fc.nat(), (address, slices, cut) => {
        const whole = encode(address, slices);
        expect(decode(address, whole.slice(0, cut % whole.length))).toBe('malformed');
      }),
    );
  });

  it('never throws when bits of it have flipped', () => {
    fc.assert(
      fc.property(fc.string(), record, fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), (address, slices, flips) => {
        const bytes = Buffer.from(encode(address, slices));
        for (const flip of flips) bytes[flip % bytes.length]! ^= 1 << (flip % 8);
        decode(address, bytes.toString());
      }),
      { numRuns: 5_000 },
    );
  });

  it('never throws when it is any JSON at all', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (any, shapes, slices) => {
        decode('a', JSON.stringify(any));
        decode('a', JSON.stringify([FORMAT_VERSION, 'a', shapes, slices]));
        decode('a', JSON.stringify([FORMAT_VERSION, 'a', [['x']], [['log', 1, 1, 1, null, [], 0, [any]]]]));
      }),
      { numRuns: 2_000 },
    );
  });

  it('never throws when it is nested deeper than the stack', () => {
    const deep = `${'[0,'.repeat(200_000)}1${']'.repeat(200_000)}`;
    expect(decode('a', `[${FORMAT_VERSION},"a",[["x"]],[["log",1,1,1,null,[],0,[${deep}]]]]`)).toBe('malformed');
  });
});
