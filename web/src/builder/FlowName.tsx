/** The flow's name, changed where it stands. */
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import c from './builder.module.css';
import type { DraftStore } from './draft/store';

export function FlowName({ store, name, may }: { store: DraftStore; name: string; may: boolean }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState<string | null>(null);
  if (!may) return <h1 className={c.name}>{name}</h1>;
  if (typed === null) {
    return (
      <h1 className={c.name}>
        <button
          type="button"
          className={c.nameButton}
          title={t('builder.header.rename')}
          onClick={() => setTyped(name)}
        >
          {name || t('builder.header.nameless')}
        </button>
      </h1>
    );
  }
  const done = () => {
    const next = typed.trim();
    // A flow cannot be without a name.
    if (next && next !== name) {
      store.change({ ...store.snapshot().history.now, name: next }, t('builder.did.named', { name: next }));
    }
    setTyped(null);
  };
  return (
    <h1 className={c.name}>
      <TextInput
        aria-label={t('common.name')}
        size="sm"
        w={340}
        maxLength={200}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onFocus={(event) => event.currentTarget.select()}
        onBlur={done}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Enter') done();
          if (event.key === 'Escape') setTyped(null);
        }}
        // The person asked for this field.
        autoFocus
      />
    </h1>
  );
}
