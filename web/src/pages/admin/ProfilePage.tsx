/** One's own account: name and language, password, and where one is signed in. */
import { Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/api/session';
import { Page } from '@/components/Page';
import { Failure, LoadingRows } from '@/components/States';
import { OwnName } from './profile/OwnName';
import { OwnPassword } from './profile/OwnPassword';
import { Sessions } from './profile/Sessions';

export default function ProfilePage() {
  const { t } = useTranslation();
  const me = useMe();
  const user = me.data?.user;
  return (
    <Page
      title={t('shell.profile')}
      lead={user && `${user.email} · ${t(`common.role.${user.role}`)}`}
      width={820}
    >
      {me.isPending && <LoadingRows />}
      {me.isError && <Failure error={me.error} />}
      {user && (
        <Stack gap="lg">
          <OwnName key={user.id} user={user} />
          <OwnPassword />
          <Sessions />
        </Stack>
      )}
    </Page>
  );
}
