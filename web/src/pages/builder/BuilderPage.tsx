import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '@/api/client';
import FlowCanvas from '@/builder/canvas/FlowCanvas';
import { Failure, LoadingRows } from '@/components/States';
import type { FlowDocument } from '@/flow/types';

export default function BuilderPage() {
  const { slug = '' } = useParams({ strict: false });
  const draft = api.useQuery('get', '/api/v1/flows/{slug}/draft', { params: { path: { slug } } });
  const [selected, setSelected] = useState<string | null>(null);
  if (draft.isPending) return <LoadingRows />;
  if (draft.isError) return <Failure error={draft.error} onRetry={() => void draft.refetch()} />;
  return (
    <div style={{ height: 'calc(100vh - 52px)' }}>
      <FlowCanvas
        document={draft.data as unknown as FlowDocument}
        selected={selected}
        onSelect={setSelected}
      />
    </div>
  );
}
