/** Everything about the selected step or the trigger, in three parts: what comes in, how it is set up, what it gives. */
import { Box, Modal, ScrollArea, Tabs } from '@mantine/core';
import { useElementSize, useMergedRef } from '@mantine/hooks';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { Empty } from '@/components/States';
import { type StepPanelProps, TRIGGER } from '@/flow/types';
import { standingOf } from '@/flow/walk';
import { type Chosen, useChosen } from './data/chosen';
import { useLabelOf, useOffers, useSources } from './data/sources';
import { type FormTools, FormToolsContext } from './fields/tools';
import { InputPane } from './InputPane';
import { OutputPane } from './OutputPane';
import { PanelHead } from './PanelHead';
import classes from './StepPanel.module.css';
import { StepSetup } from './setup/StepSetup';
import { TriggerSetup } from './setup/TriggerSetup';
import { useAskedField } from './useAskedField';

/** From this width on, the three parts stand side by side. */
const WIDE = 940;

export default function StepPanel(props: StepPanelProps) {
  const { t } = useTranslation();
  const search = useSearch({ strict: false }) as Record<string, string | undefined>;
  const navigate = useNavigate();
  const wide = search.wide === '1';
  const setWide = (next: boolean) =>
    void navigate({
      to: '.',
      search: (old: object) => ({ ...old, wide: next ? '1' : undefined }),
      replace: true,
    } as never);
  const body = <PanelBody key={props.selected} {...props} wide={wide} onWide={setWide} />;
  if (!wide) return body;
  return (
    <Modal
      opened
      onClose={() => setWide(false)}
      withCloseButton={false}
      size="calc(100vw - 48px)"
      padding={0}
      centered
      aria-label={t('panel.tabs.setup')}
      classNames={{ body: classes.modal }}
    >
      {body}
    </Modal>
  );
}

function PanelBody({
  wide,
  onWide,
  ...props
}: StepPanelProps & { wide: boolean; onWide: (wide: boolean) => void }) {
  const { t } = useTranslation();
  const { slug, document, selected, faults, readOnly } = props;
  const { ref: sized, width } = useElementSize();
  const root = useRef<HTMLDivElement>(null);
  const ref = useMergedRef(sized, root);
  useAskedField(root);
  const chosen = useChosen(slug);
  const standing = selected === TRIGGER ? undefined : standingOf(document, selected);
  const missing = selected !== TRIGGER && !standing;
  const tools = useFormTools(props, chosen);
  if (missing) return <Empty title={t('panel.head.gone')} />;
  const pointer = standing?.pointer ?? '/trigger';
  const wrong = faults.filter(
    (one) => one.pointer === pointer || one.pointer.startsWith(`${pointer}/`),
  ).length;

  const isBeside = width >= WIDE;
  const input = (
    <InputPane
      sources={tools.sources}
      chosen={chosen}
      onWide={isBeside || wide ? undefined : () => onWide(true)}
    />
  );
  const setup =
    selected === TRIGGER ? (
      <TriggerSetup {...props} />
    ) : (
      standing && <StepSetup {...props} standing={standing} chosen={chosen} />
    );
  const output = <OutputPane {...props} chosen={chosen} readOnly={readOnly} />;
  const region = (label: string) => ({ tabIndex: 0, role: 'region', 'aria-label': label });
  return (
    <FormToolsContext value={tools}>
      <Box ref={ref} className={classes.panel}>
        <PanelHead {...props} wide={wide} onWide={onWide} />
        {isBeside ? (
          <div className={classes.columns}>
            {(
              [
                ['input', input],
                ['setup', setup],
                ['output', output],
              ] as const
            ).map(([name, content]) => (
              <section key={name} className={classes.column} aria-label={t(`panel.tabs.${name}`)}>
                <h3 className={classes.title}>{t(`panel.tabs.${name}`)}</h3>
                <ScrollArea className={classes.scroll} viewportProps={region(t(`panel.tabs.${name}`))}>
                  <Box p="md">{content}</Box>
                </ScrollArea>
              </section>
            ))}
          </div>
        ) : (
          <PanelTabs
            input={input}
            setup={setup}
            output={output}
            wrong={wrong}
            hasInput={selected !== TRIGGER}
          />
        )}
      </Box>
    </FormToolsContext>
  );
}

function PanelTabs({
  input,
  setup,
  output,
  wrong,
  hasInput,
}: {
  input: React.ReactNode;
  setup: React.ReactNode;
  output: React.ReactNode;
  wrong: number;
  hasInput: boolean;
}) {
  const { t } = useTranslation();
  const search = useSearch({ strict: false }) as Record<string, string | undefined>;
  const navigate = useNavigate();
  const tabs = ['input', 'setup', 'output'] as const;
  const asked = tabs.find((one) => one === search.part);
  const shown = asked && (asked !== 'input' || hasInput) ? asked : 'setup';
  const choose = (part: string | null) =>
    void navigate({
      to: '.',
      search: (old: object) => ({ ...old, part: part === 'setup' ? undefined : part }),
      replace: true,
    } as never);
  const content = { input, setup, output };
  return (
    <Tabs value={shown} onChange={choose} className={classes.tabs} keepMounted={false}>
      <Tabs.List grow>
        {tabs
          .filter((one) => one !== 'input' || hasInput)
          .map((one) => (
            <Tabs.Tab
              key={one}
              value={one}
              rightSection={
                one === 'setup' && wrong > 0 ? <span className={classes.wrong}>{wrong}</span> : null
              }
            >
              {t(`panel.tabs.${one}`)}
            </Tabs.Tab>
          ))}
      </Tabs.List>
      {tabs.map((one) => (
        <Tabs.Panel key={one} value={one} className={classes.part}>
          <ScrollArea
            className={classes.scroll}
            viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': t(`panel.tabs.${one}`) }}
          >
            <Box p="md">{content[one]}</Box>
          </ScrollArea>
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

function useFormTools(props: StepPanelProps, chosen: Chosen): FormTools {
  const { slug, document, selected, faults, readOnly = false } = props;
  const sources = useSources(document, selected, chosen.scope);
  const labelOf = useLabelOf(sources);
  const offers = useOffers(sources);
  const secrets = api.useQuery('get', '/api/v1/secrets', {}, { retry: false, staleTime: 60_000 });
  const at = selected === TRIGGER ? document.trigger : standingOf(document, selected)?.step;
  const item = sources.find((source) => source.key === 'item');
  const scope = useMemo(
    () => chosen.scope && (item ? { ...chosen.scope, item: item.value, index: 0 } : chosen.scope),
    [chosen.scope, item],
  );
  return useMemo(
    () => ({
      slug,
      sources,
      secrets: (secrets.data?.secrets ?? []).map((one) => one.name),
      scope,
      offers,
      labelOf,
      faults,
      connection: at?.connection,
      readOnly,
    }),
    [slug, sources, secrets.data, scope, offers, labelOf, faults, at?.connection, readOnly],
  );
}
