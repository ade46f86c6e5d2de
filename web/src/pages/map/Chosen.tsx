/** What was chosen on the map, with all that can be done to it. */
import { useTranslation } from 'react-i18next';
import { ConnectorIcon } from '@/components/ConnectorIcon';
import { confirm } from '@/components/confirm';
import { refused } from '@/components/notify';
import { FlowsPanel } from './side/FlowsPanel';
import { HandOverPanel } from './side/HandOverPanel';
import { Side } from './side/Side';
import { SystemPanel } from './side/SystemPanel';
import type { Editing, MapEdge, MapSystem, SystemMap } from './types';
import type { MapChanges } from './useSystemMap';

interface Props {
  map: SystemMap;
  system?: string;
  edge?: string;
  nameOf: (id: string) => string;
  editable: boolean;
  changes: MapChanges;
  onEdge: (id: string) => void;
  onEdit: (editing: Editing) => void;
  onClose: () => void;
}

/** Nothing where nothing is chosen, or where it is gone. */
export function Chosen(props: Props) {
  const edge = props.map.edges.find((one) => one.id === props.edge);
  const system = props.map.systems.find((one) => one.id === props.system);
  if (edge) return <ChosenEdge {...props} edge={edge} />;
  if (system) return <ChosenSystem {...props} system={system} />;
  return null;
}

function ChosenEdge({
  map,
  edge,
  nameOf,
  editable,
  changes,
  onEdit,
  onClose,
}: Omit<Props, 'edge'> & { edge: MapEdge }) {
  const { t } = useTranslation();
  const [from, to] = [nameOf(edge.from), nameOf(edge.to)];
  const connectors = map.systems.flatMap(({ id, connector }) =>
    connector && (id === edge.from || id === edge.to) ? [connector] : [],
  );
  const remove = async () => {
    const title = t('map.edge.remove');
    if (!(await confirm({ title, body: t('map.edge.removeAsk', { from, to }), action: title, danger: true })))
      return;
    onClose();
    changes.removeHandOver(edge.id).catch(refused);
  };
  return (
    <Side title={t('map.edge.title', { from, to })} onClose={onClose}>
      {edge.manual ? (
        <HandOverPanel
          edge={edge}
          connectors={connectors}
          editable={editable}
          onEdit={() => onEdit({ what: 'handOver', given: edge })}
          onRemove={() => void remove()}
        />
      ) : (
        <FlowsPanel edge={edge} />
      )}
    </Side>
  );
}

function ChosenSystem({
  map,
  system,
  nameOf,
  editable,
  changes,
  onEdge,
  onEdit,
  onClose,
}: Omit<Props, 'system'> & { system: MapSystem }) {
  const { t } = useTranslation();
  const name = nameOf(system.id);
  const remove = async () => {
    const count = map.edges.filter(
      (edge) => edge.manual && (edge.from === system.id || edge.to === system.id),
    ).length;
    const title = t('map.system.remove');
    const body = t('map.system.removeAsk', { name, count });
    if (!(await confirm({ title, body, action: title, danger: true }))) return;
    onClose();
    changes.removeSystem(system.id).catch(refused);
  };
  return (
    <Side title={name} icon={system.connector && <ConnectorIcon name={system.connector} />} onClose={onClose}>
      <SystemPanel
        {...{ map, system, nameOf, editable, onEdge }}
        onHandOver={() => onEdit({ what: 'handOver', given: { from: system.id } })}
        onRename={() => onEdit({ what: 'system', system })}
        onRemove={() => void remove()}
      />
    </Side>
  );
}
