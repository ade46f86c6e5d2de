/** The address that others call, who may, and what they are answered. */

import {
  Button,
  Code,
  Group,
  MultiSelect,
  Paper,
  Radio,
  Select,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyIcon } from '@/components/CopyIcon';
import { toPointer } from '@/lib/json';
import { DurationInput } from '../fields/DurationInput';
import { FaultLines } from '../fields/FaultLines';
import { FieldView } from '../fields/FieldView';
import { useTools } from '../fields/tools';
import { faultsAt } from '../model/faults';
import { type KindFormProps, useKindFields } from './form';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const REPLIES = ['accepted', 'last', 'respond'] as const;
const SCHEMES = [
  'none',
  'header',
  'basic',
  'hmac-sha256',
  'hmac-sha1',
  'hmac-sha512',
  'standard-webhooks',
  'jwt',
] as const;
/** What each way of checking needs. */
const NEEDS: Record<string, string[]> = {
  header: ['header', 'secret'],
  basic: ['username', 'password'],
  'hmac-sha1': ['header', 'secret', 'prefix', 'encoding'],
  'hmac-sha256': ['header', 'secret', 'prefix', 'encoding'],
  'hmac-sha512': ['header', 'secret', 'prefix', 'encoding'],
  'standard-webhooks': ['secret', 'tolerance'],
  jwt: ['algorithm', 'secret', 'public_key', 'jwks', 'issuer', 'audience', 'leeway'],
};
const KNOWN = ['path', 'methods', 'reply', 'reply_timeout', 'verify'];

export function WebhookForm(props: KindFormProps) {
  const { t } = useTranslation();
  const { readOnly, faults } = useTools();
  const { value, path, kind } = props;
  const { set, props: of } = useKindFields(props);
  const id = useId();
  const [more, setMore] = useState(false);
  const reply = typeof value.reply === 'string' ? value.reply : 'accepted';
  const own = typeof value.path === 'string' ? value.path : '';
  const wrong = faultsAt(faults, toPointer([...path, 'path']), true);
  const others = Object.keys((kind.input.properties as object) ?? {}).filter((name) => !KNOWN.includes(name));
  const unset = others.filter((name) => value[name] === undefined);
  const methods = Array.isArray(value.methods) ? (value.methods as string[]) : [];
  return (
    <Stack gap="md">
      <TextInput
        label={t('panel.webhook.path')}
        description={t('panel.webhook.pathLead')}
        required
        value={own}
        readOnly={readOnly}
        onChange={(event) => set('path', event.currentTarget.value.replace(/^\/+/, '') || undefined)}
        error={wrong.length > 0}
        wrapperProps={{ 'data-field': toPointer([...path, 'path']) }}
      />
      <FaultLines faults={wrong} />
      {own !== '' && <HookAddress path={own} />}
      <MultiSelect
        label={t('panel.webhook.methods')}
        placeholder={methods.length ? undefined : t('panel.webhook.anyMethod')}
        data={[...new Set([...METHODS, ...methods])]}
        value={methods}
        onChange={(next) => set('methods', next.length ? next : undefined)}
        disabled={readOnly}
      />
      <Radio.Group
        label={t('panel.webhook.reply')}
        value={reply}
        onChange={(next) => set('reply', next === 'accepted' ? undefined : next)}
        readOnly={readOnly}
      >
        <Stack gap={6} mt={6}>
          {REPLIES.map((one) => (
            <Radio key={one} value={one} label={t(`panel.webhook.replies.${one}`)} />
          ))}
        </Stack>
      </Radio.Group>
      {reply !== 'accepted' && (
        <div>
          <Text id={id} size="xs" fw={550} mb={2}>
            {t('panel.webhook.within')}
          </Text>
          <DurationInput
            value={typeof value.reply_timeout === 'string' ? value.reply_timeout : undefined}
            placeholder="30s"
            onChange={(next) => set('reply_timeout', next)}
            labelId={id}
            disabled={readOnly}
          />
        </div>
      )}
      <Verify {...props} />
      {others
        .filter((name) => more || value[name] !== undefined)
        .map((name) => (
          <FieldView key={name} {...of(name)} />
        ))}
      {!more && unset.length > 0 && (
        <Button
          variant="subtle"
          w="fit-content"
          px={6}
          leftSection={<IconChevronDown size={14} aria-hidden />}
          onClick={() => setMore(true)}
        >
          {t('panel.form.more', { count: unset.length })}
        </Button>
      )}
    </Stack>
  );
}

/** The one address that the flow is called at, before and after it is published. */
function HookAddress({ path }: { path: string }) {
  const { t } = useTranslation();
  const url = `${window.location.origin}/hooks/${path}`;
  return (
    <Paper p="xs" bg="var(--cw-canvas)">
      <Text size="xs" c="dimmed">
        {t('panel.webhook.address')}
      </Text>
      <Group gap={4} wrap="nowrap">
        <Code style={{ overflowWrap: 'anywhere', background: 'none' }} px={0} flex={1}>
          {url}
        </Code>
        <CopyIcon value={url} label={t('panel.webhook.copy')} />
      </Group>
    </Paper>
  );
}

/** How a caller shows who they are. */
function Verify(props: KindFormProps) {
  const { t } = useTranslation();
  const { readOnly } = useTools();
  const { value, kind, path } = props;
  const { set } = useKindFields(props);
  const verify = (value.verify ?? {}) as Record<string, unknown>;
  const scheme = typeof verify.scheme === 'string' ? verify.scheme : 'none';
  const { props: of } = useKindFields({
    ...props,
    kind: {
      ...kind,
      input: (((kind.input.properties ?? {}) as Record<string, unknown>).verify ?? {}) as never,
    },
    value: verify,
    setValue: (next) => set('verify', next),
    path: [...path, 'verify'],
  });
  const choose = (next: string | null) => {
    const kept = Object.fromEntries(
      Object.entries(verify).filter(([name]) => name === 'ips' || NEEDS[next ?? '']?.includes(name)),
    );
    const begun = { scheme: next, ...(next === 'header' ? { header: 'X-Api-Key' } : {}), ...kept };
    set('verify', next === 'none' && !('ips' in kept) ? undefined : begun);
  };
  const shown = new Set([
    ...(NEEDS[scheme] ?? []),
    ...Object.keys(verify).filter((name) => name !== 'scheme'),
  ]);
  return (
    <Stack gap="sm" role="group" aria-label={t('panel.webhook.verify')}>
      <Select
        label={t('panel.webhook.verify')}
        description={scheme === 'none' ? t('panel.webhook.openToAll') : undefined}
        data={SCHEMES.map((one) => ({ value: one, label: t(`panel.webhook.schemes.${one}`) }))}
        value={scheme}
        onChange={choose}
        allowDeselect={false}
        disabled={readOnly}
      />
      {shown.size > 0 && (
        <Paper p="sm" bg="var(--cw-canvas)">
          <Stack gap="sm">
            {[...shown].map((name) => (
              <FieldView key={name} {...of(name)} />
            ))}
          </Stack>
        </Paper>
      )}
    </Stack>
  );
}
