/** The company's systems and what goes between them: drawn, and as tables; the place to note what people carry. */
import { Button, Menu, SegmentedControl, Skeleton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconAffiliate, IconDownload, IconLayoutGrid, IconPlus, IconUser } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/api/session';
import { confirm } from '@/components/confirm';
import { refused } from '@/components/notify';
import { Page } from '@/components/Page';
import { Empty, Failure } from '@/components/States';
import { say } from '@/i18n';
import { useAddress } from '@/lib/address';
import { Chosen } from './Chosen';
import { HandOverForm } from './forms/HandOverForm';
import { SystemForm } from './forms/SystemForm';
import classes from './MapPage.module.css';
import type { Point } from './model/route';
import { MapTables } from './table/MapTables';
import type { Editing, SystemMap } from './types';
import { useExport } from './useExport';
import { useMapChanges, useSystemMap } from './useSystemMap';

const MapCanvas = lazy(() => import('./canvas/MapCanvas'));

export default function MapPage() {
  const { t } = useTranslation();
  const map = useSystemMap();
  if (!map.isSuccess) {
    return (
      <Page title={t('shell.nav.map')} lead={t('map.lead')} width="100%">
        {map.isError ? (
          <Failure error={map.error} onRetry={() => void map.refetch()} />
        ) : (
          <Skeleton h="max(420px, calc(100dvh - 178px))" role="status" aria-label={t('common.loading')} />
        )}
      </Page>
    );
  }
  return <Shown map={map.data} />;
}

function Shown({ map }: { map: SystemMap }) {
  const { t, i18n } = useTranslation();
  const [search, setSearch] = useAddress();
  const phone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const editable = useCan('editor');
  const changes = useMapChanges();
  const [editing, setEditing] = useState<Editing>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: titles speak the language
  const nameOf = useMemo(() => {
    const names = new Map(map.systems.map((one) => [one.id, say(one.title)]));
    return (id: string) => names.get(id) ?? id;
  }, [map, i18n.language]);
  // A finger that moves the page would be caught by the drawing.
  const view = search.view === 'map' || search.view === 'table' ? search.view : phone ? 'table' : 'map';

  const onSystem = useCallback((system: string) => setSearch({ system, edge: '' }), [setSearch]);
  const onEdge = useCallback((edge: string) => setSearch({ edge, system: '' }), [setSearch]);
  const onNothing = useCallback(() => setSearch({ edge: '', system: '' }), [setSearch]);
  const onPlace = useCallback(
    (places: Map<string, Point>) => {
      const moved = map.systems.flatMap((one) => {
        const at = places.get(one.id);
        return at ? [{ ...one, ...at }] : [];
      });
      changes.putSystems(moved).catch(refused);
    },
    [map, changes],
  );
  const onConnect = useCallback(
    (from: string, to: string) => setEditing({ what: 'handOver', given: { from, to } }),
    [],
  );
  const arrange = async () => {
    if (!(await confirm({ title: t('map.arrange'), body: t('map.arrangeAsk'), action: t('map.arrange') })))
      return;
    const placed = map.systems.filter((one) => one.x != null);
    changes.putSystems(placed.map((one) => ({ ...one, x: null, y: null }))).catch(refused);
  };
  const empty = map.systems.length === 0;
  return (
    <Page
      title={t('shell.nav.map')}
      lead={t('map.lead')}
      width="100%"
      actions={
        !empty && (
          <>
            <SegmentedControl
              aria-label={t('map.views.label')}
              value={view}
              onChange={(next) => setSearch({ view: next })}
              data={[
                { value: 'map', label: t('map.views.map') },
                { value: 'table', label: t('map.views.table') },
              ]}
            />
            <Export map={map} nameOf={nameOf} />
            {editable && (
              <Add
                onSystem={() => setEditing({ what: 'system' })}
                onHandOver={
                  map.systems.length > 1 ? () => setEditing({ what: 'handOver', given: {} }) : undefined
                }
                onArrange={map.systems.some((one) => one.x != null) ? () => void arrange() : undefined}
              />
            )}
          </>
        )
      }
    >
      {empty ? (
        <Nothing editable={editable} onAdd={() => setEditing({ what: 'system' })} />
      ) : (
        <div className={classes.area} data-view={view}>
          <div className={classes.view}>
            {view === 'table' ? (
              <MapTables map={map} nameOf={nameOf} onEdge={onEdge} onSystem={onSystem} />
            ) : (
              <Suspense fallback={<Skeleton h="100%" />}>
                <MapCanvas
                  map={map}
                  system={search.system}
                  edge={search.edge}
                  editable={editable}
                  {...{ onSystem, onEdge, onNothing, onPlace, onConnect }}
                />
              </Suspense>
            )}
          </div>
          <Chosen
            map={map}
            system={search.system}
            edge={search.edge}
            {...{ nameOf, editable, changes, onEdge }}
            onEdit={setEditing}
            onClose={onNothing}
          />
        </div>
      )}
      {editing?.what === 'system' && (
        <SystemForm
          map={map}
          system={editing.system}
          changes={changes}
          onClose={(id) => {
            setEditing(undefined);
            if (id) onSystem(id);
          }}
        />
      )}
      {editing?.what === 'handOver' && (
        <HandOverForm
          map={map}
          given={editing.given}
          nameOf={nameOf}
          changes={changes}
          onClose={(id) => {
            setEditing(undefined);
            if (id) onEdge(id);
          }}
        />
      )}
    </Page>
  );
}

function Export({ map, nameOf }: { map: SystemMap; nameOf: (id: string) => string }) {
  const { t } = useTranslation();
  const save = useExport();
  return (
    <Button
      variant="default"
      leftSection={<IconDownload size={14} aria-hidden />}
      onClick={() => save(map, nameOf)}
    >
      {t('map.export')}
    </Button>
  );
}

function Add({
  onSystem,
  onHandOver,
  onArrange,
}: {
  onSystem: () => void;
  onHandOver?: () => void;
  onArrange?: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button leftSection={<IconPlus size={14} aria-hidden />}>{t('common.add')}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPlus size={15} />} onClick={onSystem}>
          {t('map.add.system')}
        </Menu.Item>
        <Menu.Item leftSection={<IconUser size={15} />} disabled={!onHandOver} onClick={onHandOver}>
          {t('map.add.handOver')}
        </Menu.Item>
        {onArrange && (
          <>
            <Menu.Divider />
            <Menu.Item leftSection={<IconLayoutGrid size={15} />} onClick={onArrange}>
              {t('map.arrange')}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function Nothing({ editable, onAdd }: { editable: boolean; onAdd: () => void }) {
  const { t } = useTranslation();
  return (
    <Empty
      icon={<IconAffiliate size={28} stroke={1.5} />}
      title={t('map.empty.title')}
      lead={t(editable ? 'map.empty.lead' : 'map.empty.viewer')}
    >
      {editable && (
        <>
          <Button leftSection={<IconPlus size={14} aria-hidden />} onClick={onAdd}>
            {t('map.add.system')}
          </Button>
          <Button variant="default" component={Link} to="/" search={{ begin: '1' } as never}>
            {t('map.empty.recipes')}
          </Button>
        </>
      )}
    </Empty>
  );
}
