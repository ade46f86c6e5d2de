/** Who comes in: the owner's set-up on a new installation, sign-in, or the pages. */
import { Center, Loader } from '@mantine/core';
import { lazy, Suspense, useEffect, useState } from 'react';
import { api, onSessionExpired } from '@/api/client';
import { useMe } from '@/api/session';
import { Failure } from '@/components/States';
import { Expired } from './Expired';
import { Shell } from './Shell';

const SetupPage = lazy(() => import('./SetupPage'));
const SignInPage = lazy(() => import('./SignInPage'));

export function Gate() {
  const me = useMe();
  const [wasIn, setWasIn] = useState(false);
  const [expired, setExpired] = useState(false);
  const signedIn = me.data !== undefined && !me.isError;
  const setup = api.useQuery('get', '/api/v1/setup', {}, { enabled: me.isError && !wasIn });

  useEffect(() => {
    if (signedIn) {
      setWasIn(true);
      setExpired(false);
    }
  }, [signedIn]);
  useEffect(() => onSessionExpired(() => setExpired(true)), []);

  if (wasIn) {
    return (
      <>
        <Shell />
        <Expired opened={expired} onDone={() => setExpired(false)} />
      </>
    );
  }
  if (me.isPending || setup.isLoading) {
    return (
      <Center h="100vh">
        <Loader />
      </Center>
    );
  }
  if (setup.data?.needed)
    return (
      <Suspense>
        <SetupPage codeNeeded={setup.data.code_needed} />
      </Suspense>
    );
  if (me.isError && me.error.status === 401)
    return (
      <Suspense>
        <SignInPage />
      </Suspense>
    );
  if (me.isError) {
    return (
      <Center h="100vh">
        <Failure error={me.error} onRetry={() => void me.refetch()} />
      </Center>
    );
  }
  return null;
}
