/** A readme: our Markdown as text of the page. */
import { Anchor, Code, List, Stack, Table, Text, Title, type TitleOrder } from '@mantine/core';
import { Fragment, useMemo } from 'react';
import { type Block, type Inline, readMarkdown } from '@/lib/markdown';

/** `top`: which heading the text's highest one becomes, so that the page's headings stay in order. */
export function Markdown({ text, top = 3 }: { text: string; top?: TitleOrder }) {
  const blocks = useMemo(() => readMarkdown(text), [text]);
  const highest = Math.min(6, ...blocks.map((block) => (block.kind === 'heading' ? block.level : 6)));
  return (
    <Stack gap="xs">
      {blocks.map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the text is shown whole, blocks never move
        <BlockView key={index} block={block} shift={top - highest} />
      ))}
    </Stack>
  );
}

function BlockView({ block, shift }: { block: Block; shift: number }) {
  switch (block.kind) {
    case 'heading':
      return (
        <Title order={Math.min(6, block.level + shift) as TitleOrder} size="h4" mt={4}>
          <Words parts={block.text} />
        </Title>
      );
    case 'paragraph':
      return (
        <Text size="sm">
          <Words parts={block.text} />
        </Text>
      );
    case 'list':
      return (
        <List size="sm" type={block.ordered ? 'ordered' : 'unordered'} spacing={4} pr="md">
          {block.items.map((item, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: items never move
            <List.Item key={index}>
              <Words parts={item} />
            </List.Item>
          ))}
        </List>
      );
    case 'code':
      return (
        <Code block tabIndex={0} style={{ overflowX: 'auto' }}>
          {block.code}
        </Code>
      );
    case 'table':
      return (
        <Table fz="xs" withTableBorder>
          <Table.Thead>
            <Table.Tr>
              {block.head.map((cell, index) =>
                cell.length > 0 ? (
                  // biome-ignore lint/suspicious/noArrayIndexKey: columns never move
                  <Table.Th key={index}>
                    <Words parts={cell} />
                  </Table.Th>
                ) : (
                  // A header without words is none.
                  // biome-ignore lint/suspicious/noArrayIndexKey: columns never move
                  <Table.Td key={index} />
                ),
              )}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {block.rows.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows never move
              <Table.Tr key={index}>
                {row.map((cell, column) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: columns never move
                  <Table.Td key={column}>
                    <Words parts={cell} />
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      );
  }
}

function Words({ parts }: { parts: Inline[] }) {
  return parts.map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: words never move
    <Fragment key={index}>
      {part.kind === 'text' && part.text}
      {part.kind === 'code' && <Code>{part.text}</Code>}
      {part.kind === 'strong' && <strong>{part.text}</strong>}
      {part.kind === 'em' && <em>{part.text}</em>}
      {part.kind === 'link' && (
        <Anchor href={part.href} target="_blank" rel="noreferrer" size="sm">
          {part.text}
        </Anchor>
      )}
    </Fragment>
  ));
}
