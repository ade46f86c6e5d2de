import { describe, expect, it } from 'vitest';
import { inline, plainWords, readMarkdown } from './markdown';

const words = (text: string) => [{ kind: 'text', text }];

describe('Markdown', () => {
  it('reads what our readmes hold', () => {
    const blocks = readMarkdown(
      '# Title\n\nOne line\nand more.\n\n- first\n  goes on\n- **second**\n\n```sh\nmake run\n\n# no heading\n```\n1. one\n2. two',
    );
    expect(blocks).toEqual([
      { kind: 'heading', level: 1, text: words('Title') },
      { kind: 'paragraph', text: words('One line and more.') },
      {
        kind: 'list',
        ordered: false,
        items: [words('first goes on'), [{ kind: 'strong', text: 'second' }]],
      },
      { kind: 'code', code: 'make run\n\n# no heading' },
      { kind: 'list', ordered: true, items: [words('one'), words('two')] },
    ]);
  });

  it('joins Chinese lines without a space', () => {
    expect(readMarkdown('整理明細，\n並回覆\nERP')).toEqual([
      { kind: 'paragraph', text: words('整理明細，並回覆 ERP') },
    ]);
  });

  it('reads tables', () => {
    expect(readMarkdown('| a | b |\n|---|---|\n| 1 | x \\| y |\n\nend')).toEqual([
      { kind: 'table', head: [words('a'), words('b')], rows: [[words('1'), words('x | y')]] },
      { kind: 'paragraph', text: words('end') },
    ]);
  });

  it('links only to the web', () => {
    expect(inline('see [docs](https://a.example/b) or [file](../x.md) or [bad](javascript:alert)')).toEqual([
      { kind: 'text', text: 'see ' },
      { kind: 'link', text: 'docs', href: 'https://a.example/b' },
      { kind: 'text', text: ' or ' },
      { kind: 'text', text: 'file' },
      { kind: 'text', text: ' or ' },
      { kind: 'text', text: 'bad' },
    ]);
  });

  it('leaves stars and underscores of code alone', () => {
    expect(inline('use `a*b*c` and sample_url')).toEqual([
      { kind: 'text', text: 'use ' },
      { kind: 'code', text: 'a*b*c' },
      { kind: 'text', text: ' and sample_url' },
    ]);
  });

  it('has words without marks', () => {
    expect(plainWords('calls `a` and **b**, [c](d.md)')).toBe('calls a and b, c');
  });

  it('ends with a fence that never closes', () => {
    expect(readMarkdown('```\nopen')).toEqual([{ kind: 'code', code: 'open' }]);
  });
});
