/** Where flows are dropped, chosen or pasted. */
import { Button, Group, Paper, Stack, Text, Textarea } from '@mantine/core';
import { IconClipboardText, IconFile, IconFolder, IconUpload } from '@tabler/icons-react';
import { type DragEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { refused } from '@/components/notify';
import { type Candidate, candidateOf, type PickedFile, readPicked } from './candidates';
import { chosenFiles, filesOf } from './dropped';
import classes from './Picker.module.css';

export function Picker({ onPicked }: { onPicked: (candidates: Candidate[]) => void }) {
  const { t } = useTranslation();
  const [over, setOver] = useState(false);
  const [pasting, setPasting] = useState(false);
  const [text, setText] = useState('');
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = async (picked: PickedFile[] | Promise<PickedFile[]>) => {
    try {
      onPicked(await readPicked(await picked));
    } catch (error) {
      refused(error);
    }
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take(filesOf(event.dataTransfer));
  };
  return (
    <Stack gap="md">
      <Paper
        component="section"
        aria-label={t('flows.import.title')}
        className={classes.zone}
        data-over={over || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <IconUpload size={26} stroke={1.5} aria-hidden />
        <Text fw={550}>{t('flows.import.drop')}</Text>
        <Text size="sm" c="dimmed">
          {t('flows.import.dropLead')}
        </Text>
        <Group gap="xs" justify="center" mt="xs">
          <Button leftSection={<IconFile size={14} aria-hidden />} onClick={() => files.current?.click()}>
            {t('flows.import.files')}
          </Button>
          <Button
            variant="default"
            leftSection={<IconFolder size={14} aria-hidden />}
            onClick={() => folder.current?.click()}
          >
            {t('flows.import.folder')}
          </Button>
          <Button
            variant="default"
            leftSection={<IconClipboardText size={14} aria-hidden />}
            aria-expanded={pasting}
            onClick={() => setPasting(!pasting)}
          >
            {t('flows.import.paste')}
          </Button>
        </Group>
        <input
          ref={files}
          type="file"
          hidden
          multiple
          accept=".json,.zip,application/json,application/zip"
          aria-label={t('flows.import.files')}
          onChange={(event) => void take(chosenFiles(event.currentTarget.files))}
        />
        <input
          ref={folder}
          type="file"
          hidden
          {...{ webkitdirectory: '' }}
          aria-label={t('flows.import.folder')}
          onChange={(event) => void take(chosenFiles(event.currentTarget.files))}
        />
      </Paper>
      {pasting && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            onPicked([candidateOf({ path: 'flow.json', text })]);
          }}
        >
          <Stack gap="xs" align="flex-start">
            <Textarea
              w="100%"
              label={t('flows.import.pasteLabel')}
              autosize
              minRows={8}
              maxRows={20}
              autoFocus
              spellCheck={false}
              styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
            <Button type="submit" disabled={text.trim() === ''}>
              {t('flows.import.look')}
            </Button>
          </Stack>
        </form>
      )}
    </Stack>
  );
}
