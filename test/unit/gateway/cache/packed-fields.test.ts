// Packed fields: read like the Map that they were made from, and hold on to nothing else.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFieldShapes } from '../../../../gateway/cache/field-shape.ts';
import { eachShape, fieldsBytes, packFields } from '../../../../gateway/cache/packed-fields.ts';
import { plain, slice } from './samples.ts';
import { fields as anyFields } from './values.ts';

describe('packed fields', () => {
  it('answer like the Map that they were made from', () => {
    fc.assert(
      fc.property(anyFields, fc.string(), (map, other) => {
        const packed = packFields(createFieldShapes(), map);
        expect(packed.size).toBe(map.size);
        expect([...packed.keys()]).toEqual([...map.keys()]);
        for (const name of [...map.keys(), other]) {
          expect(packed.has(name)).toBe(map.has(name));
          expect(packed.get(name) === undefined).toBe(map.get(name) === undefined);
        }
        const visited: string[] = [];
        packed.forEach((_, name) => void visited.push(name));
        expect(visited).toEqual([...map.keys()]);
        expect([...packed.values()]).toHaveLength(map.size);
        expect(plain({ ...slice({}), fields: packed })).toEqual(plain({ ...slice({}), fields: map }));
      }),
    );
  });

  it('share their names with all that have the same ones in the same order', () => {
    const shapes = createFieldShapes();
    const of = (...names: string[]) => packFields(shapes, new Map(names.map((name) => [name, '1'])));
    const first = of('a', 'b');
    shapes.retain(first.shape);
    of('x');
    expect(of('a', 'b').shape).toBe(first.shape);
    expect(of('b', 'a').shape).not.toBe(first.shape);
    expect(of('a","b').shape).not.toBe(first.shape);
  });

  it('are counted with all that they hold', () => {
    const shapes = createFieldShapes();
    const bytesOf = (value: string) => fieldsBytes(packFields(shapes, new Map([['a', value]])));
    expect(bytesOf(`"${'x'.repeat(1_000)}"`) - bytesOf('"x"')).toBe(1_000);
    expect(bytesOf(`"${'日'.repeat(1_000)}"`) - bytesOf('"日"')).toBe(2_000);
  });

  it('name the shapes of all objects within', () => {
    const shapes = createFieldShapes();
    const inner = { kind: 'object', typename: 'T', fields: new Map([['inner', '1']]) } as const;
    const packed = packFields(shapes, new Map([['outer', [[inner], inner]]]));
    const names: string[] = [];
    eachShape(packed, (shape) => void names.push(...shape.names));
    expect(names).toEqual(['outer', 'inner', 'inner']);
  });
});

describe('the table of shapes', () => {
  it('counts a shape once however many hold it, and nothing when nobody does', () => {
    const shapes = createFieldShapes();
    const [one, other] = [shapes.of(['a', 'b']), shapes.of(['c'])];
    expect(shapes.bytes()).toBe(0);
    shapes.retain(one);
    shapes.retain(one);
    expect(shapes.bytes()).toBe(one.bytes);
    shapes.retain(other);
    expect(shapes.bytes()).toBe(one.bytes + other.bytes);
    shapes.release(one);
    expect(shapes.of(['a', 'b'])).toBe(one);
    shapes.release(one);
    shapes.release(other);
    expect(shapes.bytes()).toBe(0);
  });

  it('counts equal shapes that were made apart each for itself', () => {
    const shapes = createFieldShapes();
    const one = shapes.of(['a']);
    // So many others that it is no longer remembered.
    for (let n = 0; n < 20; n += 1) shapes.of([`b${n}`]);
    const twin = shapes.of(['a']);
    expect(twin).not.toBe(one);
    shapes.retain(one);
    shapes.retain(twin);
    expect(shapes.bytes()).toBe(one.bytes + twin.bytes);
    shapes.release(one);
    shapes.release(twin);
    expect(shapes.bytes()).toBe(0);
  });
});
