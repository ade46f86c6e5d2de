import { Radio, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** On the version that the run ran on, or the newest; no question where they are the same. */
export function VersionChoice({
  own,
  newestVersion,
  newest,
  onChange,
}: {
  own: number | null | undefined;
  newestVersion: number | null | undefined;
  newest: boolean;
  onChange: (newest: boolean) => void;
}) {
  const { t } = useTranslation();
  if (!own || !newestVersion || own === newestVersion) return null;
  return (
    <Radio.Group
      label={t('runs.bulk.version')}
      value={newest ? 'newest' : 'own'}
      onChange={(value) => onChange(value === 'newest')}
    >
      <Stack gap={6} mt={6}>
        <Radio size="xs" value="own" label={t('runs.resume.own', { version: own })} />
        <Radio size="xs" value="newest" label={t('runs.resume.newest', { version: newestVersion })} />
      </Stack>
    </Radio.Group>
  );
}
