import { Button } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';

/** What is made only when somebody opens it: long lists stay light. */
export function Disclosed({ label, children }: { label: string; children: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <div>
      <Button
        size="compact-xs"
        variant="subtle"
        color="gray"
        ml={-8}
        aria-expanded={open}
        leftSection={open ? <IconChevronDown size={12} /> : <IconChevronRight size={12} />}
        onClick={() => setOpen(!open)}
      >
        {label}
      </Button>
      {open && children}
    </div>
  );
}
