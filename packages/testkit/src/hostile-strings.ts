/**
 * Texts that break parsers: long, nested, of every script and of none, what JavaScript knows by name, what backtracking regular
 * expressions choke on, numbers and dates that look like something else.
 *
 * Deterministic: the same number gives the same text, so that an offender can be asked for again.
 *
 * @module
 */

/** A text of about `size` characters; each grows without end, for whoever looks at how time grows with it. */
export const hostileFamilies: readonly { readonly name: string; readonly make: (size: number) => string }[] = [
  { name: 'one letter', make: (size) => 'a'.repeat(size) },
  { name: 'blanks', make: (size) => ' '.repeat(size) },
  { name: 'blanks before a mark', make: (size) => `${' '.repeat(size)}!` },
  { name: 'digits', make: (size) => '1'.repeat(size) },
  { name: 'dots', make: (size) => '1.'.repeat(size / 2) },
  { name: 'colons', make: (size) => ':'.repeat(size) },
  { name: 'hyphens', make: (size) => `a${'-'.repeat(size)}` },
  { name: 'hyphens and dots', make: (size) => 'a-.'.repeat(size / 3) },
  { name: 'commas', make: (size) => 'a=b,'.repeat(size / 4) },
  { name: 'brackets', make: (size) => '['.repeat(size) },
  { name: 'braces', make: (size) => '{a: '.repeat(size / 4) },
  { name: 'pairs of brackets', make: (size) => '[]'.repeat(size / 2) },
  { name: 'quotes', make: (size) => '"'.repeat(size) },
  { name: 'apostrophes', make: (size) => "'".repeat(size) },
  { name: 'backslashes', make: (size) => `"${'\\'.repeat(size)}` },
  { name: 'wildcards', make: (size) => '*a'.repeat(size / 2) },
  { name: 'slashes', make: (size) => '/'.repeat(size) },
  { name: 'exclamation marks', make: (size) => '!'.repeat(size) },
  { name: 'equal signs', make: (size) => '='.repeat(size) },
  { name: 'items', make: (size) => '- '.repeat(size / 2) },
  { name: 'lines of items', make: (size) => '- a\n'.repeat(size / 4) },
  { name: 'lines of keys', make: (size) => Array.from({ length: size / 8 }, (_, i) => `k${i}: v\n`).join('') },
  { name: 'comments', make: (size) => '# x\n'.repeat(size / 4) },
  { name: 'documents', make: (size) => '---\na\n'.repeat(size / 6) },
  { name: 'a text in lines', make: (size) => `a: |\n${'  x\n'.repeat(size / 4)}` },
  { name: 'words on lines', make: (size) => 'a b\n'.repeat(size / 4) },
  { name: 'anchors', make: (size) => '&a '.repeat(size / 3) },
  { name: 'line ends', make: (size) => '\n'.repeat(size) },
  { name: 'carriage returns', make: (size) => '\r'.repeat(size) },
  { name: 'emoji', make: (size) => '\u{1F525}'.repeat(size / 2) },
  { name: 'combining marks', make: (size) => `e${'\u0301'.repeat(size)}` },
  { name: 'NUL', make: (size) => '\0'.repeat(size) },
  { name: 'zeros in IPv6', make: (size) => '0:'.repeat(size / 2) },
  { name: 'a backtracking trap', make: (size) => `${'a'.repeat(size)}\u0000` },
];

const words: readonly string[] = [
  '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__', 'then', 'valueOf', 'length', 'null', 'undefined', 'NaN', 'true', 'yes', 'no', 'on', 'off', '~', '', ' ', '\t', '\n', '\r\n', '\0', '\u001b[2J', '\u009b31m', '\u202e', '\ufeff', '\u2028', '\ud800', '\udfff', '\uffff',
  '0', '-0', '00', '007', '0x1F', '0o17', '0b11', '1e309', '-1', '1_000', '1,000', '.5', '5.', '+1', '.inf', '-.INF', '.NaN', '9007199254740993', '65536', '4294967296', '1:30:00', '2024-02-30', '2024-01-01T00:00:00Z', '12:30',
  '10.0.0.0/8', '10.0.0.0/33', '010.0.0.1', '0x7f.1', '127.1', '::', '::/0', '::ffff:10.0.0.1', 'fe80::1%eth0', '1::2::3', '256.1.1.1', '10.0.0.1/', '/8', '10.0.0.0/08',
  'shop/web', 'vm:db/pg-1', 'node:n1', 'host:', 'cluster:/x/y', 'cluster:a/b/c/d', 'external(', 'external()', 'ns=', '=x', '!', '!=', 'a==b', 'TCP/', 'TCP/80-', 'ICMP/8', '*', '**', '*/*', 'any', 'deny', 'some', '#',
  '&a', '*a', '!!js/function', '<<', '<<: *a', '|', '>', '|+9', '%YAML 1.1', '---', '...', '- ', '? ', ': ', '{', '}', '[', ']', '{}', '[]', "'", '"', '\\', '\\u0000', '@', '`', '{"probes": [{}]}', '{"__proto__": {"polluted": 1}}', 'kind: List', 'items: [1]',
];

/** xorshift32: small, and the same on every machine. */
const generator = (seed: number): ((below: number) => number) => {
  let state = (Math.imul(seed, 0x9e37_79b1) ^ 0x5bd1_e995) | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
};

const pick = <T>(list: readonly T[], at: number): T => {
  const found = list[at % list.length];
  if (found === undefined) throw new Error('an empty list');
  return found;
};

const randomText = (next: (below: number) => number): string => String.fromCharCode(...Array.from({ length: next(64) }, () => (next(4) === 0 ? next(0x1_0000) : next(0x80))));

/** The number's text, of at most a few thousand characters. */
export const hostileString = (number: number): string => {
  const next = generator(number + 1);
  const word = (): string => pick(words, next(words.length));
  switch (next(6)) {
    case 0:
      return word();
    case 1:
      return Array.from({ length: 1 + next(8) }, word).join(pick(['', ' ', '\n', ': ', ',', '/', '\n  '], next(7)));
    case 2:
      return pick(hostileFamilies, next(hostileFamilies.length)).make(6 * (1 + next(200)));
    case 3:
      return `${pick(hostileFamilies, next(hostileFamilies.length)).make(6 * (1 + next(40)))}${word()}${pick(hostileFamilies, next(hostileFamilies.length)).make(6 * (1 + next(40)))}`;
    case 4:
      return word().repeat(1 + next(60));
    default:
      return randomText(next);
  }
};
