/** A system on the map. Plain elements: all of them move at once. */
import { IconPlug, IconServer2, IconWebhook } from '@tabler/icons-react';
import { Handle, type Node, type NodeProps, Position, useConnection } from '@xyflow/react';
import { memo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import c from './map.module.css';

type SystemData = {
  title: string;
  subtitle: string;
  connector?: string | null;
  manual: boolean;
  webhook: boolean;
  editable: boolean;
};
export type SystemNodeType = Node<SystemData, 'system'>;

export const SystemNode = memo(function SystemNode({ id, data }: NodeProps<SystemNodeType>) {
  const { t } = useTranslation();
  const { title, subtitle, editable } = data;
  // While somebody draws, the whole card takes the line; at other times it is not in the way.
  const aimed = useConnection((drawn) => drawn.inProgress && drawn.fromNode.id !== id);
  return (
    <div className={c.system} data-manual={data.manual || undefined}>
      <Icon data={data} />
      <div className={c.text}>
        <div className={c.title} title={title}>
          {title}
        </div>
        <div className={c.subtitle}>{subtitle}</div>
      </div>
      <Handle
        type="target"
        position={Position.Left}
        className={c.target}
        data-aimed={aimed || undefined}
        isConnectableStart={false}
      />
      <Handle
        type="source"
        position={Position.Right}
        className={c.source}
        data-hidden={!editable || undefined}
        title={editable ? t('map.canvas.connect') : undefined}
        isConnectableEnd={false}
      />
    </div>
  );
});

function Icon({ data: { connector, webhook } }: { data: SystemData }) {
  const [missing, setMissing] = useState(false);
  if (connector && !missing) {
    return (
      <img
        className={c.icon}
        src={`/api/v1/connectors/${encodeURIComponent(connector)}/icon`}
        alt=""
        width={34}
        height={34}
        onError={() => setMissing(true)}
      />
    );
  }
  const Kind = webhook ? IconWebhook : connector ? IconPlug : IconServer2;
  return (
    <span className={c.icon}>
      <Kind size={19} stroke={1.75} aria-hidden />
    </span>
  );
}
