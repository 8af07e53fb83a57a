import { describe, expect, test } from 'vitest';
import { checkTemplate, compileTemplate, fromJson, type HostObject, type Table } from './index.ts';

const rendered = (template: string, context: unknown = {}, helpers = {}) =>
  compileTemplate(template).render(fromJson(context) as Table, helpers);

describe('a template is refused, with the line,', () => {
  test.each([
    ['{{ }}', 'line 1: expected an expression'],
    ['a\n{{ name', undefined],
    ['a\n{% if x %}b{% end %}', 'line 2: expected "then"'],
    ['{% if x then %}b', 'expected "end" near the end of the template'],
    ['b{% end %}', 'unexpected end of a block near "end"'],
    ['{% x %}', 'expected "="'],
    ['{% 1 = 2 %}', 'expected an expression'],
    ['{% f() = 2 %}', 'cannot assign to this'],
    ['{% break %}', '"break" outside of a loop'],
    ['{{ a b }}', 'expected one expression near "b"'],
    ['{{ "a\\q" }}', 'unknown escape \\q in a text'],
    ['{{ a ? b }}', 'unexpected "?"'],
    ['{% function f() end %}', 'functions cannot be defined in templates'],
    ['{% local f = function() end %}', 'functions cannot be defined in templates'],
    ['{% while true do end %}', '"while" is not available in templates'],
    ['{% return 1 %}', '"return" is not available'],
    ["{{ require('os').exit() }}", 'the module "os" is not available in templates'],
    ['{{ require(name) }}', 'expected the name of a module'],
    ["{{ os.execute('ls') }}", '"os" is not available in templates'],
    ['{{ io.open("/etc/passwd") }}', '"io" is not available in templates'],
    ['{{ load("x")() }}', '"load" is not available in templates'],
    ['{{ string.dump(x) }}', '"string.dump" is not available in templates'],
    ["{% local core = require 'apisix.core' %}{{ core.etcd.get('/') }}", '"apisix.core.etcd" is not available'],
    ['{(header.html)}', 'templates cannot include others'],
    ['{["a"]}', 'templates cannot include others'],
    ['{-page-}a{-page-}', 'blocks such as {-page-} are not available'],
    [`{{ ${'('.repeat(300)}1${')'.repeat(300)} }}`, 'nested too deeply'],
    [`${'{% if a then %}'.repeat(50_000)}`, 'too deep or too long'],
  ])('%j', (template, message) => {
    if (message === undefined) expect(checkTemplate(template)).toBeUndefined();
    else expect(checkTemplate(template)).toContain(message);
  });
});

describe('a template cannot', () => {
  test.each([
    ['reach a prototype by a name', '{{ constructor }}{{ context.constructor }}{{ context.__proto__ }}', ''],
    ['reach one by a text', '{{ name.constructor }}', 'attempt to index a string value (field "constructor")'],
    ['call a method of the host', '{{ name:constructor() }}', 'attempt to call a nil value'],
    ['reach one by a function', '{{ tostring.constructor }}', 'attempt to index a function value'],
    ['reach one by a list', '{{ list.map }}{{ list.length }}', ''],
    ['loop for ever', '{% for i = 1, 1e9 do %}{% end %}', 'loops of more than 1000000 rounds'],
    ['loop by no step', '{% for i = 1, 2, 0 do %}{% end %}', 'a loop counts by numbers'],
    ['fill the memory', '{% for i = 1, 40 do name = name .. name end %}', 'a text became too long'],
    ['fill it at once', '{{ string.rep(name, 1e9) }}', 'a text became too long'],
    [
      'go through texts for ever',
      '{% for i = 1, 1e6 do local s = string.rep(name, 1e6) end %}',
      'too much text is gone through',
    ],
    [
      'grow what it goes through',
      '{% for k in pairs(context) do context[k .. "x"] = 1 end %}',
      'too much text is gone through',
    ],
    [
      'move a list for ever',
      '{% local t = {} for i = 1, 1e6 do table.insert(t, 1, i) end %}',
      'too much text is gone through',
    ],
    ['read a number for ever', '{* tonumber(string.rep("1", 1e6) .. "x") *}', ''],
    ['write without end', '{% for i = 1, 1e5 do %}{* string.rep("x", 10000) *}{% end %}', 'the result is too long'],
    [
      'write a table into itself',
      '{% context.a = context %}{* require("cjson").encode(context) *}',
      'too deep or too long',
    ],
  ])('%s', (_case, template, outcome) => {
    const act = () => rendered(template, { name: 'ann', list: [1] });
    if (outcome === '') expect(act()).toMatch(/^(?:nil)?$/);
    else expect(act).toThrow(outcome);
  });

  test('keep what a rendering before it has set', () => {
    const template = compileTemplate('{* x *}{% x = 1 %}{% local y %}{* y *}{% y = 2 %}');
    expect([template.render(fromJson({}) as Table), template.render(fromJson({}) as Table)]).toEqual(['', '']);
  });
});

describe('text', () => {
  test.each([
    ['is written as it is', 'a { b } {"c":{"d":1}} é\n', 'a { b } {"c":{"d":1}} é\n'],
    ['with a mark that is not closed', 'a {{ b {% c {* d', 'a {{ b {% c {* d'],
    ['with a mark behind a backslash', '\\{{ name }} \\\\{{ name }}', '{{ name }} \\ann'],
    ['that is raw', '{-raw-}{{ name }}{% x %}{-raw-}', '{{ name }}{% x %}'],
    ['with comments', 'a{# {{ name }} #}\nb', 'ab'],
    ['with code that takes no room', '[\n  {% local a = 1 %}\n  {* a *}\n]', '[\n  1\n]'],
  ])('%s', (_case, template, text) => {
    expect(rendered(template, { name: 'ann' })).toBe(text);
  });
});

describe('a value is written', () => {
  test.each([
    ['{{ html }}', '&lt;a href=&quot;x&#47;y&quot;&gt;&amp;&#39;'],
    ['{* html *}', '<a href="x/y">&\''],
    ['{* nothing *}{* list[9] *}{* deep.nothing *}', ''],
    ['{* yes *} {* null *} {* list *}', 'true null table'],
    [
      '{* 12345678901234 *} {* 0.1 + 0.2 *} {* 1/3 *} {* 2^0.5 *} {* 1e300 *}',
      '12345678901234 0.3 0.33333333333333 1.4142135623731 1e+300',
    ],
    ['{* 1700000000000 *} {* -0 *} {* 0x1F *}', '1700000000000 0 31'],
    ['{* deep.a[2].b *} {* deep["a"][1] *} {* list[1] + list[2] *}', 'x 1 3'],
    ['{* context.name *} {* name:upper() *} {* #name *} {* #list *}', 'ann ANN 3 2'],
  ])('%s', (template, text) => {
    const context = {
      name: 'ann',
      html: '<a href="x/y">&\'',
      list: [1, 2],
      deep: { a: [1, { b: 'x' }] },
      null: null,
      yes: true,
    };
    expect(rendered(template, context)).toBe(text);
  });
});

test.each([
  ['1 + 2 * 3 ^ 2 % 4 - -1', '4'],
  ['-2 ^ 2', '-4'],
  ['2 ^ 3 ^ 2', '512'],
  ['"1" + 1', '2'],
  ['"a" .. 1 .. 2 .. "b"', 'a12b'],
  ['1 .. ""', '1'],
  ['5 % -3', '-1'],
  ['1 < 2 and "yes" or "no"', 'yes'],
  ['nil and 1 or false', 'false'],
  ['not nil == true', 'true'],
  ['0 and "zero is true"', 'zero is true'],
  ['"a" < "b"', 'true'],
  ['1 == "1"', 'false'],
  ['1 ~= 2', 'true'],
  ['2 >= 2 and 2 <= 2', 'true'],
  ['({ 1, 2, x = 3, ["y"] = 4 }).y', '4'],
  ['#{ 1, 2; 3, }', '3'],
  ['[[long "text"]]', 'long "text"'],
  ["'it\\'s\\n\\65\\x42'", "it's\nAB"],
  ['tonumber("0x10") + tonumber(" 2 ")', '18'],
  ['tostring(tonumber("x"))', 'nil'],
  ['type(nil) .. type(1) .. type({}) .. type("")', 'nilnumbertablestring'],
  ['string.sub("hello", 2, -2) .. ("x"):rep(3)', 'ellxxx'],
  ['string.format("%05.1f|%-4s|%d%%|%x", 3.14159, "a", 7.9, 255)', '003.1|a   |7%|ff'],
  ['string.find("a.b", ".", 1, true)', '2'],
  ['("2026-11-21"):match("^(%d+)-(%d+)")', '2026'],
  ['("key = value"):match("%s*=%s*(.-)$")', 'value'],
  ['("a.b.c"):gsub("%.", "/")', 'a/b/c'],
  ['("hello world"):gsub("(%w+) (%w+)", "%2 %1")', 'world hello'],
  ['("a b c"):gsub("%a", { a = 1, b = "x" }, 2)', '1 x c'],
  ['("abc"):gsub("", "-")', '-a-b-c-'],
  ['("x]y"):gsub("[]]", "")', 'xy'],
  ['("a-b_c"):gsub("[^%w-]", "")', 'a-bc'],
  ['("(a)*"):gsub("%)%*", "!")', '(a!'],
  ['("héé"):find("[^%w]")', '2'],
  ['tostring(("abc"):find("b", 3))', 'nil'],
  ['("abcabc"):find("^b", 2)', '2'],
  ['("THE (quick) fox"):find("%((%a+)%)")', '5'],
  ['table.concat({ 1, "b", 3 }, "-")', '1-b-3'],
  ['math.floor(3.7) + math.max(1, 5, 2)', '8'],
  ['ngx.encode_base64("é")', 'w6k='],
])('%s is %s', (expression, result) => {
  expect(rendered(`{* ${expression} *}`)).toBe(result);
});

test.each([
  ['nothing.field', 'attempt to index a nil value (field "field")'],
  ['nothing + 1', 'attempt to perform arithmetic on a nil value'],
  ['"a" .. nothing', 'attempt to concatenate a nil value'],
  ['1 < "2"', 'attempt to compare number with string'],
  ['nothing()', 'line 1: attempt to call a nil value'],
  ['#nothing', 'attempt to get length of a nil value'],
  ['("a"):find("%b()")', 'the pattern "%b()" cannot be used: %b is not available'],
  ['("a"):find("[a")', 'the set at 1 does not end'],
  ['("a"):find("(a")', 'it is not well formed'],
  ['("a"):gsub("a", "%x")', 'in a replacement, % stands before a digit'],
])('%s fails while it is rendered: %s', (expression, message) => {
  expect(() => rendered(`{* ${expression} *}`)).toThrow(message);
});

describe('code', () => {
  test('chooses', () => {
    const template = '{% if n > 1 then %}many{% elseif n == 1 then %}one{% else %}none{% end %}';
    expect([0, 1, 2].map((n) => rendered(template, { n }))).toEqual(['none', 'one', 'many']);
  });

  test('goes through lists, tables and numbers', () => {
    const template =
      '{% for i, v in ipairs(list) do %}{* i *}={* v.n *};{% end %}' +
      '{% for k, v in pairs(map) do if k == "skip" then break end %}{* k *}:{* v *},{% end %}' +
      '{% for i = 3, 1, -1 do %}{* i *}{% end %}';
    const context = { list: [{ n: 'a' }, { n: 'b' }], map: { x: 1, y: 2, skip: 3, z: 4 } };
    expect(rendered(template, context)).toBe('1=a;2=b;x:1,y:2,321');
  });

  test('keeps variables where they belong', () => {
    const template = '{% local a = 1; do local a = 2; b = a end %}{* a *}{* b *}{% a, b = b, a %}{* a *}{* b *}';
    expect(rendered(template)).toBe('1221');
  });

  test('changes what it was given, and writes it as JSON', () => {
    const template = `{%
      local core = require 'apisix.core'
      local cjson = require("cjson.safe") -- both are there
      context.name = "bar"
      context.address = nil
      context.age = context.age + 1
      context.tags[#context.tags + 1] = "new"
      context.more = { a = cjson.null, list = {} }
      table.insert(context.more.list, { id = 1 })
      core.log.warn("nobody is told")
      local body = core.json.encode(context)
    %}{* body *}`;
    const context = { name: 'foo', address: 'LA', age: 18, tags: [], none: [], ['__proto__']: 1 };
    expect(JSON.parse(rendered(template, context))).toEqual({
      name: 'bar',
      age: 19,
      tags: ['new'],
      none: [],
      ['__proto__']: 1,
      more: { a: null, list: [{ id: 1 }] },
    });
  });

  test('reads YAML, and none that grows without end', () => {
    const template = '{% local y = require("tinyyaml").parse(_body) %}{* y.a.b[2] *}{* y.c *}';
    expect(rendered(template, {}, { _body: 'a:\n  b: [x, 2]\nc: 1.5\n' })).toBe('21.5');
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (const [name, of] of ['ba', 'cb', 'dc', 'ed', 'fe']) bomb.push(`${name}: &${name} [${`*${of},`.repeat(9)}]`);
    expect(() => rendered(template, {}, { _body: bomb.join('\n') })).toThrow('a text is not valid YAML');
    expect(() => rendered(template, {}, { _body: 'a: [' })).toThrow('a text is not valid YAML');
  });

  test('takes several results where a call gives them', () => {
    const template =
      '{% local y, m = ("2026-11"):match("(%d+)-(%d+)") a, b = ("xay"):find("a") local t, n = ("aa"):gsub("a", "b") %}' +
      '{* y *}/{* m *} {* a *}{* b *} {* t *}{* n *} {% local p, q = ("ab"):match("(a)(b)"), 9 %}{* p *}{* q *}' +
      '{% local seen = ("x=1"):match("(%w+)=(%w+)") for k, v in ("a=1, b=2"):gmatch("(%w+)=(%w+)") do %};{* k *}:{* v *}{% end %}';
    expect(rendered(template)).toBe('2026/11 22 bb2a9;a:1;b:2');
  });

  test('calls what the host gives it, and cannot change it', () => {
    const asked: unknown[] = [];
    const host: HostObject = {
      isHostObject: true,
      index: (key) => (key === 'var' ? 'v' : (args: unknown[]) => asked.push(...args) && 'called'),
    };
    expect(rendered('{* _h.var *} {* context._h:get("x") *}', {}, { _h: host })).toBe('v called');
    expect(rendered('{* require("cjson").encode(context) *}', { a: 1 }, { _h: host })).toBe('{"a":1}');
    expect(rendered('{* _h *}', { _h: 'of the body' }, { _h: host })).toBe('of the body');
    expect(asked).toEqual([host, 'x']);
    expect(() => rendered('{% _h.var = 1 %}', {}, { _h: host })).toThrow('attempt to change a userdata value');
  });
});
