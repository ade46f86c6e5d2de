/** Buttons that choose a piece of earlier data. */
import { ActionIcon, Button, Popover, Tooltip } from '@mantine/core';
import { IconDatabase } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import fieldClasses from '../fields/fields.module.css';
import { Picker } from '../fields/Picker';
import { DRAGGED, useTools } from '../fields/tools';

/** A button with the picker below it. */
function Picking({
  button,
  below,
  onPick,
}: {
  button: (open: () => void) => ReactNode;
  below?: (close: () => void) => ReactNode;
  onPick: (code: string) => void;
}) {
  const { sources } = useTools();
  const [opened, setOpened] = useState(false);
  const close = () => setOpened(false);
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      width={420}
      position="bottom-start"
      shadow="md"
      trapFocus
      returnFocus
      withinPortal
    >
      <Popover.Target>{button(() => setOpened(true))}</Popover.Target>
      <Popover.Dropdown p="xs">
        <Picker
          sources={sources}
          onPick={(code) => {
            close();
            onPick(code);
          }}
          onCancel={close}
        />
        {below?.(close)}
      </Popover.Dropdown>
    </Popover>
  );
}

/** A piece of data, and a way to choose another. */
export function DataButton({
  label,
  title,
  empty,
  onPick,
  onClear,
}: {
  label: string;
  title: string;
  empty?: boolean;
  onPick: (code: string) => void;
  onClear?: () => void;
}) {
  const { t } = useTranslation();
  const { readOnly } = useTools();
  const [over, setOver] = useState(false);
  return (
    <Picking
      onPick={onPick}
      button={(open) => (
        <Button
          variant={empty ? 'default' : 'light'}
          justify="flex-start"
          px={8}
          maw="100%"
          flex="0 1 auto"
          title={title}
          aria-label={`${title}: ${label}`}
          disabled={readOnly}
          leftSection={<IconDatabase size={13} aria-hidden />}
          onClick={open}
          className={fieldClasses.field}
          data-over={over || undefined}
          onDragOver={(event) => {
            if (!event.dataTransfer.types.includes(DRAGGED)) return;
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={(event) => {
            setOver(false);
            const code = event.dataTransfer.getData(DRAGGED);
            if (code) onPick(code);
          }}
        >
          {label}
        </Button>
      )}
      below={
        onClear &&
        ((close) => (
          <Button
            size="compact-xs"
            variant="subtle"
            mt={4}
            onClick={() => {
              close();
              onClear();
            }}
          >
            {t('panel.condition.typeValue')}
          </Button>
        ))
      }
    />
  );
}

export function PickIcon({ label, onPick }: { label: string; onPick: (code: string) => void }) {
  const { readOnly } = useTools();
  if (readOnly) return null;
  return (
    <Picking
      onPick={onPick}
      button={(open) => (
        <Tooltip label={label}>
          <ActionIcon size="sm" aria-label={label} onClick={open}>
            <IconDatabase size={14} />
          </ActionIcon>
        </Tooltip>
      )}
    />
  );
}
