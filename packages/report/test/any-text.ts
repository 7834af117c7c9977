import fc from 'fast-check';

/** Any code points, halves of characters, control characters and what languages give a meaning to among them. */
export const ANY_TEXT: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code)),
      fc.integer({ min: 0, max: 0xff }).map((code) => String.fromCodePoint(code)),
      fc.constantFrom(
        '<script>alert(1)</script>',
        '"><img src=x onerror=alert(1)>',
        '</style>',
        '</svg>',
        '<!--',
        ']]>',
        '&lt;',
        'url(https://evil.example/x)',
        'javascript:alert(1)',
        '![x](https://evil.example/x.png)',
        '[x](javascript:alert(1))',
        'https://evil.example',
        '@everyone',
        '| --- |',
        '```',
        '# ',
        '\n\n<b>',
        '\u001b[2J',
        '\u202e',
        '$&',
        "$'",
        '深層',
        '🙂',
        '1️⃣',
        '👩‍🔬',
        '\u{16fe0}',
        'a word ',
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));
