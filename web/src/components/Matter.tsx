/** Something that waits for a person: what it is, and the way to where it is dealt with. */
import { Text, UnstyledButton } from '@mantine/core';
import { IconChevronRight, type TablerIcon } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import classes from './Matter.module.css';

export interface Matter {
  key: string;
  icon: TablerIcon;
  /** A colour of the theme. */
  color: string;
  title: string;
  detail: string;
  to: string;
  search?: Record<string, string>;
}

export function MatterLine({ matter }: { matter: Matter }) {
  const Icon = matter.icon;
  return (
    <UnstyledButton component={Link} to={matter.to} search={matter.search as never} className={classes.line}>
      <Icon
        size={18}
        aria-hidden
        className={classes.icon}
        color={`light-dark(var(--mantine-color-${matter.color}-8), var(--mantine-color-${matter.color}-4))`}
      />
      <span className={classes.words}>
        <Text span size="sm" fw={550} display="block">
          {matter.title}
        </Text>
        <Text span size="xs" c="dimmed" display="block">
          {matter.detail}
        </Text>
      </span>
      <IconChevronRight size={16} aria-hidden className={classes.icon} />
    </UnstyledButton>
  );
}
