// The body of an answer, for every JSON there is.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerText, formatErrors } from '../../../../gateway/http/answer-text.ts';
import { entityTagOf, matchesEntityTag } from '../../../../gateway/http/cache-headers.ts';

describe('answerText', () => {
  it('is JSON with errors before data before extensions, and ends in a newline', () => {
    expect(answerText('[1]', '{}', { a: 1 })).toBe('{"errors":[1],"data":{},"extensions":{"a":1}}\n');
    expect(answerText(null, 'null', null)).toBe('{"data":null}\n');
    expect(answerText('[1]', null, null)).toBe('{"errors":[1]}\n');
  });

  it('is what JSON.stringify gives for the same parts', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.option(fc.dictionary(fc.string(), fc.jsonValue())), (data, extensions) => {
        const dataText = JSON.stringify(data);
        const whole = { data: JSON.parse(dataText), ...(extensions === null ? {} : { extensions }) };
        expect(answerText(null, dataText, extensions)).toBe(`${JSON.stringify(whole)}\n`);
      }),
    );
  });
});

describe('formatErrors', () => {
  it('gives every error a code, and keys in the order of graphql-js', () => {
    const { text } = formatErrors([
      { extensions: { a: 1 }, path: ['x', 0], locations: [{ line: 1, column: 2 }], message: 'm' },
      { message: 'n', extensions: { code: 'C', b: 2 } },
      { message: 'o' },
    ]);
    expect(text).toBe(
      '[{"message":"m","locations":[{"line":1,"column":2}],"path":["x",0],"extensions":{"a":1,"code":"INTERNAL_SERVER_ERROR"}},' +
        '{"message":"n","extensions":{"code":"C","b":2}},' +
        '{"message":"o","extensions":{"code":"INTERNAL_SERVER_ERROR"}}]',
    );
  });

  it('takes the last status that an error asks for, and the asking out of the error', () => {
    const asking = (http: unknown) => ({ message: 'm', extensions: { code: 'C', http } });
    expect(formatErrors([asking({ status: 401 }), asking({ status: 418 }), asking({})])).toEqual({
      text: `[${Array(3).fill('{"message":"m","extensions":{"code":"C"}}').join(',')}]`,
      status: 418,
    });
    const { text, status } = formatErrors([asking({ status: 'x' }), asking({ headers: {} }), asking('x')]);
    expect(status).toBeNull();
    expect(text.match(/"http"/g)).toHaveLength(3);
  });
});

describe('entity tags', () => {
  it('are equal for equal bodies alone', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        expect(entityTagOf(one, 't') === entityTagOf(other, 't')).toBe(one === other);
      }),
    );
  });

  it('match as RFC 9110 says', () => {
    expect(matchesEntityTag('"a"', '"a"')).toBe(true);
    expect(matchesEntityTag('"b", W/"a"', '"a"')).toBe(true);
    expect(matchesEntityTag(' * ', '"a"')).toBe(true);
    expect(matchesEntityTag('"ab"', '"a"')).toBe(false);
    expect(matchesEntityTag('a', '"a"')).toBe(false);
    expect(matchesEntityTag(undefined, '"a"')).toBe(false);
    expect(matchesEntityTag('"x"a"', '"a"')).toBe(false);
  });
});
